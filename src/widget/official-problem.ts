/** A problem in the place of Coze's own chat, below the header of the first frame. */
import type { WidgetHost } from '../element/widget-contract.ts'
import type { CozeChatError } from '../errors.ts'
import type { ResolvedOptions } from '../options/resolve-options.ts'
import { mountProblem } from '../ui/panel/mount-problem.tsx'
import type { Parts } from '../ui/parts.ts'
import type { Strings } from '../ui/strings/strings.ts'

export interface OfficialProblemOptions {
  strings: Strings
  parts: Parts
  onRetry(): void
}

/** Returns what removes it. */
export function showOfficialProblem(
  host: WidgetHost,
  { code, retryable, upstreamCode, logId }: CozeChatError,
  { lang, signInUrl, onSignIn, handoff }: ResolvedOptions,
  { strings, parts, onRetry }: OfficialProblemOptions,
): () => void {
  const place = host.element.ownerDocument.createElement('div')
  place.style.display = 'contents'
  const frame = host.drawFirstFrame()
  frame.show(place)
  return mountProblem(place, {
    parts,
    problem: { code, retryable, ...(upstreamCode && { upstreamCode }), ...(logId && { logId }) },
    strings,
    lang,
    signInUrl,
    onSignIn,
    handoff,
    emit: host.emit,
    addStyles: host.addStyles,
    onRetry() {
      // The button is about to vanish.
      frame.focus('panel')
      onRetry()
    },
  })
}
