/** Files that are fetched and not run, so that they are there when they are asked for. */
import type { DrawnOptions } from '../../options/drawn-options.ts'
import { matchLanguage } from '../../ui/strings/match-language.ts'
import type { FileAddress } from '../widget-contract.ts'

/**
 * Fetches the words of the page's language.
 *
 * @param need `perhaps`: nobody has asked for a chat yet, so they come with the chat's file and no further than into the browser's cache.
 *   `now`: the chat's file has been asked for, and the words come beside it instead of after it.
 */
export function fetchAhead(addressOf: FileAddress, { lang, nonce }: DrawnOptions, need: 'perhaps' | 'now'): void {
  const { language } = matchLanguage(lang)
  const names = [need === 'perhaps' && 'chat', language] as const
  for (const name of names) {
    if (!name) continue
    const link = document.createElement('link')
    // `modulepreload` also compiles, which is work that nobody may have asked for. Safari has nothing else.
    link.rel = need === 'perhaps' && link.relList.supports('prefetch') ? 'prefetch' : 'modulepreload'
    // As `import()` will ask for it, so that it is asked for once.
    link.crossOrigin = ''
    link.href = addressOf(name)
    if (nonce) link.nonce = nonce
    // The page keeps nothing of it.
    link.onload = link.onerror = () => link.remove()
    // Not in `head`: a frame of the page may have that name (T42).
    document.documentElement.append(link)
  }
}
