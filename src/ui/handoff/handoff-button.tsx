/** The way to a person, where the site's owner has given one: at the top of the chat as an icon, elsewhere in words. */
import type { Ref } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { readHandoff } from '../../options/handoff.ts'
import { parseUrl, runsScript } from '../../platform/addresses/parse-url.ts'
import { callHost } from '../../platform/call-host.ts'
import { ownFields } from '../../platform/own-fields.ts'
import type { HandoffProps } from '../parts.ts'
import { Icon, type IconPath } from '../theme/icons.tsx'
import { useStyles } from '../theme/use-styles.ts'
import handoffStyles from './handoff-button.css?inline'

/** Head and ears of somebody who listens. */
const PERSON: IconPath =
  'M4 12.5V10a6 6 0 0 1 12 0v2.5M4 11h2v4H4.5Q3 15 3 13.5v-1Q3 11 4 11ZM16 11h-2v4h1.5q1.5 0 1.5-1.5v-1Q17 11 16 11ZM15.5 15q0 2.5-3.5 2.5h-1'

let told = false

/** Once in the life of the page. */
function tellOwner(): undefined {
  if (!told) {
    console.warn(
      '[coze-chat-widget] handoff (data-handoff) needs a label, and an address or onClick: "Talk to us | mailto:help@shop.example".',
    )
  }
  told = true
}

export function HandoffButton({ panel, from, code }: HandoffProps) {
  useStyles(panel, handoffStyles)
  const [brokenIcon, setBrokenIcon] = useState<string>()
  const place = useRef<HTMLElement>(null)
  useLayoutEffect(() => {
    // It has come after the sentence that it helps with, and nothing else there can have the focus.
    const active = (place.current?.getRootNode() as ShadowRoot | undefined)?.activeElement
    if (from === 'problem' && active?.matches('[data-fatal] [role=log]')) place.current?.focus({ preventScroll: true })
  }, [])
  if (!panel.handoff) return null
  const handoff = readHandoff(panel.handoff, panel.lang) ?? tellOwner()
  if (!handoff) return null
  const { label, icon, url, onClick } = ownFields(handoff)
  const page = url ? parseUrl(url, document.baseURI) : undefined
  if (runsScript(page)) {
    tellOwner()
    return null
  }
  const inHeader = from === 'header'
  const button = {
    class: `handoff ${inHeader ? 'icon-button' : 'text-button'}`,
    part: 'handoff',
    ...(inHeader && { 'aria-label': label, title: label }),
    onClick() {
      const context = { from, ...(code && { code }) }
      panel.emit?.('handoff', context)
      if (onClick) callHost(() => onClick(context))
    },
  }
  const content = (
    <>
      {icon && icon !== brokenIcon ? (
        <img src={icon} alt="" onError={() => setBrokenIcon(icon)} />
      ) : (
        <Icon path={PERSON} />
      )}
      {!inHeader && <span dir="auto">{label}</span>}
    </>
  )
  if (!url) {
    return (
      <button type="button" ref={place as Ref<HTMLButtonElement>} {...button}>
        {content}
      </button>
    )
  }
  // A page takes a tab of its own, so that the chat stays; a mail or a call opens no page.
  const isPage = page?.protocol.startsWith('http')
  return (
    <a
      href={url}
      ref={place as Ref<HTMLAnchorElement>}
      {...(isPage && { target: '_blank', rel: 'noopener' })}
      {...button}
    >
      {content}
    </a>
  )
}
