/** A line of the site owner's with links in it, written as in Markdown: `[label](address)`, also with the brackets of a Chinese keyboard. */
import type { ComponentChildren } from 'preact'
import { parseUrl } from '../platform/addresses/parse-url.ts'
import type { LinkedTextProps } from './parts.ts'

/** Of an address that leads somewhere else, or into another tab, the label stays. */
const LEADS_ON = /^(https?|mailto|tel):$/

export function linkedText(text: string): ComponentChildren {
  // Two groups: of three pieces the second is a label and the third its address.
  const pieces = text.split(/\[([^[\]]+)\][(（]([^()（）\s]+)[)）]/)
  return pieces.map((piece, index) => {
    if (index % 3 !== 1) return index % 3 === 0 && piece
    const url = parseUrl(pieces[index + 1] ?? '', document.baseURI)
    if (!url || !LEADS_ON.test(url.protocol)) return piece
    return (
      <a href={url.href} target="_blank" rel="noopener noreferrer">
        {piece}
      </a>
    )
  })
}

/** The same where the code for it comes later. */
export function LinkedText({ text }: LinkedTextProps) {
  return <>{linkedText(text)}</>
}
