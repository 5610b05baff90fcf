/** Loads the chat once; after a failure whoever asks next tries again, and options that were refused do so by themselves once they are mended. */
import { CozeChatError } from '../../errors.ts'
import type { DrawnOptions } from '../../options/drawn-options.ts'
import type { ResolvedOptions } from '../../options/resolve-options.ts'
import type { ChatReport } from '../chat-report.ts'
import type { FirstFrame } from '../first-frame.ts'
import type { ChatStand, WidgetCore } from '../widget-contract.ts'
import type { FilesForLater } from './later-files.ts'

export interface ChatLoading {
  /** The loaded chat. */
  readonly core: WidgetCore | undefined
  /**
   * @throws `network` when its file does not come, `aborted` when the chat has left the page meanwhile, and what `prepareOptions` throws.
   * Frame and `error` event have told of it by then.
   */
  load(): Promise<WidgetCore>
  /** The visitor reaches for the launcher: the chat and a token may be needed soon. */
  warmUp(): void
  /** The options have changed. */
  setOptions(): void
  /** Ends the loaded chat. */
  end(): void
}

interface LoadingSurroundings {
  readonly files: FilesForLater
  readonly report: ChatReport
  /** Those of now. */
  options(): DrawnOptions
  /** Aborted when the chat leaves the page. */
  readonly signal: AbortSignal
}

/**
 * @param first the first frame while it is on the screen
 * @param onReady called when the chat is there
 */
export function createChatLoading(
  stand: ChatStand,
  { files, report, options, signal }: LoadingSurroundings,
  first: () => FirstFrame | undefined,
  onReady: () => void,
): ChatLoading {
  let core: WidgetCore | undefined
  let loading: Promise<WidgetCore> | undefined
  /** Why the options of before cannot work. */
  let refusal: string | false = false

  async function start(): Promise<WidgetCore> {
    refusal = false
    report.change({ status: 'loading' })
    first()?.show()
    try {
      files.fetchAhead(options(), 'now')
      const widget = await files.load('chat')
      let given: DrawnOptions
      let resolved: ResolvedOptions
      do {
        given = options()
        resolved = await widget.prepareOptions(given)
        if (signal.aborted) throw notOnPage()
        // Again for what was changed meanwhile, since nobody has heard of it.
      } while (given !== options())
      core = widget.createWidgetCore(stand, resolved)
      report.change({ status: 'ready' })
      onReady()
      return core
    } catch (error) {
      if (!signal.aborted) {
        loading = undefined
        refusal = !(error as CozeChatError).retryable && String(error)
        report.change({ status: 'failed' })
        first()?.showFailure(() => load().catch(ignore))
        report.fail(error)
      }
      throw error
    }
  }

  function load(): Promise<WidgetCore> {
    loading ??= start()
    return loading
  }

  /** A page may set the same options again and again: what is wrong with them is told once. */
  async function reconsider(): Promise<void> {
    try {
      const widget = await files.load('chat')
      await widget.prepareOptions(options())
    } catch (error) {
      if (refusal === String(error)) return
    }
    if (refusal) await load()
  }

  return {
    get core() {
      return core
    },
    load,
    warmUp() {
      if (!loading) load().then((loaded) => loaded.warmUp(), ignore)
    },
    setOptions() {
      if (refusal) reconsider().catch(ignore)
      else core?.setOptions(options())
    },
    end() {
      core?.destroy()
      core = loading = undefined
      refusal = false
    },
  }
}

/** For callers who wait for nothing. */
export function ignore(): void {}

export function notOnPage(): CozeChatError {
  return new CozeChatError('aborted', 'The chat is not on the page.')
}
