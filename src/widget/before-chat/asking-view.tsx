/** Draws what is asked before the chat over whatever is in the frame, which stays as it is and cannot be reached meanwhile. */

import { render } from 'preact'
import type { WidgetHost } from '../../element/widget-contract.ts'
import type { FocusPlace } from '../../options/focus-on-open.ts'
import type { ResolvedOptions } from '../../options/resolve-options.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import { BeforeChat, type BeforeChatProps, type BeforeStep } from '../../ui/before-chat/before-chat.tsx'
import { createFullScreen } from '../../ui/panel/frame/full-screen.ts'
import { keepEvents } from '../../ui/panel/frame/keep-events.ts'
import type { Parts } from '../../ui/parts.ts'
import type { BeforeChatWords } from '../../ui/strings/before-chat-words.ts'
import type { Strings } from '../../ui/strings/strings.ts'
import { PartsContext } from '../../ui/use-part.ts'
import { mayTakeFocus } from './may-take-focus.ts'

export interface AskingView {
  show(step: BeforeStep): void
  /** @param focus without it, the focus stays where it is */
  opened(focus?: FocusPlace): void
  closed(): void
  setOptions(options: ResolvedOptions): void
  end(): void
}

interface Asked {
  readonly options: ResolvedOptions
  readonly words: BeforeChatWords
  readonly step: BeforeStep
  readonly notice: string | undefined
  readonly strings: Promise<Strings>
  readonly parts: Parts
}

export function createAskingView(
  host: WidgetHost,
  { options: initial, words, step: first, notice, strings: loading, parts }: Asked,
  answers: Pick<BeforeChatProps, 'onAgree' | 'onAnswers'>,
): AskingView {
  const { frame } = host
  let options = initial
  let step = first
  let strings: Strings | undefined
  const covered = new Set<Element>()
  const place = document.createElement('div')
  place.style.cssText = 'position:absolute;inset:0;z-index:4;background:inherit'
  const life = new AbortController()
  const fullScreen = createFullScreen(host, { wanted: () => host.isOpen() && !options.inline, onChange: draw })

  function draw(): void {
    if (!strings || life.signal.aborted) return
    const { title, subtitle, icon, lang, inline, handoff } = options
    render(
      <PartsContext.Provider value={parts}>
        <BeforeChat
          {...answers}
          step={step}
          words={words}
          strings={strings}
          lang={lang}
          layout={inline ? 'inline' : fullScreen.active ? 'fullscreen' : 'floating'}
          name={title || strings.assistant}
          subtitle={options.ui === 'light' ? subtitle : undefined}
          icon={icon}
          holdsWords={Boolean(frame.querySelector('.transcript > .bubble') || frame.querySelector('textarea')?.value)}
          notice={notice}
          handoff={handoff}
          emit={host.emit}
          addStyles={host.addStyles}
          onClose={host.close}
        />
      </PartsContext.Provider>,
      place,
    )
  }

  /** Also what is drawn into the frame later. */
  function cover(): void {
    for (const element of frame.children) {
      if (element === place || element.hasAttribute('inert')) continue
      element.setAttribute('inert', '')
      covered.add(element)
    }
  }

  const focusHeading = () => place.querySelector('h3')?.focus({ preventScroll: true })

  const watching = new MutationObserver(cover)
  place.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || isOfInputMethod(event) || options.inline) return
    event.stopPropagation()
    host.close()
  })
  keepEvents(host, { keys: true, signal: life.signal })
  fullScreen.update()
  loading.then((loaded) => {
    if (life.signal.aborted) return
    strings = loaded
    if (!frame.firstElementChild) host.drawFirstFrame()
    draw()
    frame.append(place)
    // What it covers cannot keep the focus.
    const takesFocus = mayTakeFocus(host, options)
    cover()
    watching.observe(frame, { childList: true })
    if (takesFocus) focusHeading()
  })

  return {
    show(next) {
      step = next
      draw()
    },
    opened(focus) {
      fullScreen.update()
      draw()
      if (focus) focusHeading()
    },
    closed: fullScreen.update,
    setOptions(next) {
      options = next
      draw()
    },
    end() {
      if (life.signal.aborted) return
      life.abort()
      watching.disconnect()
      fullScreen.destroy()
      for (const element of covered) element.removeAttribute('inert')
      render(null, place)
      place.remove()
    },
  }
}
