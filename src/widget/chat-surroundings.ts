/** What a chat is told by that which comes before it, where the owner asks for something like that (`before-chat/`). */
import type { PanelNote } from '../ui/panel-context.ts'
import type { ChangeReason } from '../visitor/visitor-state.ts'

export interface ChatSurroundings {
  /** Somebody else may be there from now on; called before anything is drawn for them. */
  readonly onChange?: (reason: ChangeReason) => void
  /** The visitor takes back what they have agreed to. */
  readonly onWithdraw?: (() => void) | undefined
  /** Drawn above the field. */
  readonly Note?: PanelNote | undefined
}
