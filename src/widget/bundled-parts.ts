/** All parts of a chat without a user interface, in the file of whoever imports this one. */
import { createConversations } from '../chat/conversations.ts'
import { createLastMessages } from '../chat/last-messages.ts'
import { createTurnRecovery } from '../chat/turns/turn-recovery.ts'
import { createFileAndAudioCalls } from '../coze/calls/files-and-audio.ts'
import { readCard } from '../coze/turn/card-text.ts'
import { createLoadedPart } from '../platform/part.ts'
import { readOtherResponse, readTokenValue } from '../visitor/token/unusual-token-response.ts'
import type { CoreParts } from './core-parts.ts'

export const bundledParts: CoreParts = {
  conversations: createLoadedPart({ createConversations, createLastMessages }),
  recovery: createLoadedPart({ createTurnRecovery }),
  cards: createLoadedPart({ readCard }),
  tokenResponse: createLoadedPart({ readOtherResponse, readTokenValue }),
  media: createLoadedPart({ createFileAndAudioCalls }),
}
