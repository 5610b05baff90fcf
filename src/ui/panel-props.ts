import type { ChatStore } from '../chat/chat-store.ts'
import type { Clock } from '../platform/clock.ts'
import type { AllStrings, Strings } from './strings.ts'

/** `floating`: a window in a corner. `inline`: a part of the page. `fullscreen`: the only thing on the screen. */
export type PanelLayout = 'floating' | 'inline' | 'fullscreen'

export interface PanelProps {
  /** The same for the life of the panel. */
  readonly store: ChatStore
  readonly strings: Strings
  /** BCP 47 tag for dates and numbers. */
  readonly lang: string
  readonly dir: 'ltr' | 'rtl'
  readonly layout: PanelLayout
  /** Each of the next six replaces what the agent says of itself. */
  readonly title?: string | undefined
  readonly icon?: string | undefined
  /** Markdown. */
  readonly greeting?: string | undefined
  readonly placeholder?: string | undefined
  readonly suggestions?: readonly string[] | undefined
  readonly disclaimer?: string | undefined
  /** Hosts whose images in answers are shown without being asked for, beyond those of the page and of Coze. */
  readonly imageHosts?: readonly string[] | undefined
  /** Where the agent's own files may come from too. */
  readonly apiBase: string
  /** Puts styles where the panel is, unless they are there already. */
  addStyles(css: string): void
  readonly clock?: Clock | undefined
  /** Styles beyond the panel's own; they stay once they were given. */
  readonly moreStyles?: string | undefined
  /** Grows with each change of visitor: nothing of the panel before is kept, neither a draft nor a word not yet redrawn. */
  readonly visit?: number | undefined
  onClose(): void
}

/** What components are given. */
export type PanelContext = PanelProps

/** What the components of chunks are given: all words are there. */
export type CompletePanel = PanelContext & { readonly strings: AllStrings }
