/** What the page hears of what a visitor does in the panel, by the event's type. None of it is in the visitor's words. */
import type { HandoffContext } from '../options/handoff.ts'

/** Why an answer was bad. */
export type DislikeReason = 'wrong' | 'incomplete' | 'unclear' | 'unhelpful'

interface PanelEventMap {
  /** A question was chosen. What is offered after an answer may quote the visitor, and so its words are left out. */
  suggestion: { readonly kind: 'opening' | 'followUp'; readonly index: number; readonly label?: string }
  /** An answer was rated, the reasons were given, or the rating was taken back (`none`). */
  feedback: {
    readonly rating: 'like' | 'unlike' | 'none'
    readonly messageId: string | undefined
    readonly reasons?: readonly DislikeReason[]
    /** Also in words. */
    readonly commented?: boolean
  }
  conversation: {
    readonly action: 'new' | 'open' | 'rename' | 'delete' | 'clear' | 'save'
    readonly id: string | undefined
  }
  /** A link in an answer was followed: its address without query and fragment. */
  link: { readonly url: string }
  handoff: HandoffContext
}

export type PanelEvent = {
  [Type in keyof PanelEventMap]: [type: Type, detail: PanelEventMap[Type]]
}[keyof PanelEventMap]
