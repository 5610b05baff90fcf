import type { FunctionComponent } from 'preact'
import type { ChatState } from '../chat/chat-state.ts'
import type { ChatStore } from '../chat/chat-store.ts'
import type { Feature } from '../options/features.ts'
import type { Handoff } from '../options/handoff.ts'
import type { Suggestion } from '../options/widget-options.ts'
import type { Clock } from '../platform/clock.ts'
import type { PanelEvent } from './panel-events.ts'
import type { Strings } from './strings/strings.ts'

/** `floating`: a window in a corner. `inline`: a part of the page. `fullscreen`: the only thing on the screen. */
export type PanelLayout = 'floating' | 'inline' | 'fullscreen'

/** A line that some part has to say. */
export type PanelNote = FunctionComponent<{ readonly panel: PanelContext; readonly state: ChatState }>

/** What every component of the panel is given. */
export interface PanelContext {
  /** The same for the life of the panel. */
  readonly store: ChatStore
  readonly strings: Strings
  /** BCP 47 tag for dates and numbers. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly layout: PanelLayout
  /** Each option from here to `background` replaces what the agent says of itself. */
  readonly title?: string | undefined
  readonly icon?: string | undefined
  /** Markdown. */
  readonly greeting?: string | undefined
  readonly placeholder?: string | undefined
  readonly suggestions?: readonly (string | Suggestion)[] | undefined
  /** With links as in Markdown. */
  readonly disclaimer?: string | undefined
  readonly subtitle?: string | undefined
  /** `agent`, or the address of a picture. */
  readonly background?: string | undefined
  /** Default: `comfortable`. */
  readonly density?: 'comfortable' | 'compact'
  /** What a visitor can do. */
  readonly features: Readonly<Record<Feature, boolean>>
  /** What is shown of the agent's tools: their names, also what went in and came out, or nothing. */
  readonly steps: 'names' | 'full' | 'none'
  /** Where nobody is signed in and somebody has to be. */
  readonly signInUrl?: string | undefined
  readonly onSignIn?: (() => unknown) | undefined
  /** The way to a person. */
  readonly handoff?: string | Handoff | undefined
  /** `never`: what is drawn anew does not put the focus into the field. Default: `auto`. */
  readonly focusOnOpen?: 'auto' | 'always' | 'never'
  /** How a visitor is told of an answer that they do not see. */
  readonly notify: 'off' | 'sound' | 'desktop' | 'both'
  /** Hosts whose images in answers are shown without a click, beyond those where Coze keeps files. */
  readonly imageHosts?: readonly string[] | undefined
  /** Address of the API, of which no image loads by itself. */
  readonly apiBase: string
  /** Puts styles where the panel is, unless they are there already. */
  addStyles(css: string): void
  /** Default: the system's clock. */
  readonly clock?: Clock | undefined
  onClose(): void
  /** Words of the site's owner, for parts that bring words of their own. */
  readonly ownWords?: Readonly<Record<string, string>> | undefined
  /** Drawn above the field. */
  readonly Note?: PanelNote | undefined
  /**
   * The visitor begins anew: what is kept of them here goes.
   * @param Note of the chat that begins then
   */
  readonly forget?: ((Note: PanelNote) => void) | undefined
  /** Only where the visitor was asked for it. */
  readonly onWithdraw?: (() => void) | undefined
  /** Tells the page. */
  readonly emit?: ((...event: PanelEvent) => void) | undefined
  /** Tells a screen reader what has just happened. The panel sets it. */
  readonly say?: ((words: string) => void) | undefined
}
