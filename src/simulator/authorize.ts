/** Who calls, and may he? Every handler of the Open API begins here. */
import { ApiFailure } from './replies.ts'
import type { Simulation, SimulatorContext } from './simulation.ts'
import { type Conversation, ownerKey, type Token } from './store.ts'

/** Names of the console's permissions (coze-contract.md 1.6). */
export type Permission =
  | 'chat'
  | 'getChat'
  | 'cancelChat'
  | 'submitToolChat'
  | 'listMessage'
  | 'createMessage'
  | 'retrieveMessage'
  | 'modifyMessage'
  | 'deleteMessage'
  | 'createConversation'
  | 'retrieveConversation'
  | 'listConversation'
  | 'editConversation'
  | 'getMetadata'
  | 'run'
  | 'uploadFile'
  | 'retrieveFile'
  | 'createSpeech'
  | 'createTranscription'
  | 'createRoom'
  | 'listVoice'
  | 'variables'
  | 'feedback'
  | 'me'

/** What the permission group for channel apps opens. */
const CONNECTOR_BOT_CHAT: ReadonlySet<Permission> = new Set(['chat', 'getChat', 'cancelChat', 'submitToolChat', 'run'])

export interface Caller {
  token: string
  uid: string
  sessionName: string | null
  /** Key of everything the caller owns. */
  owner: string
  /** Agents the token is limited to; undefined: all of them. */
  botIds: string[] | undefined
}

/**
 * @throws ApiFailure 4100 or 700012006 (knob `expiredCode`): no valid token
 * @throws ApiFailure 4101: the token lacks the permission
 */
export function authorize(c: SimulatorContext, simulation: Simulation, permission: Permission): Caller {
  const text = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
  const token = simulation.store.tokens.get(text)
  const studio = simulation.knobs.flavour === 'studio'
  const foreignKind = studio && !text.startsWith('pat_')
  if (token === undefined || token.revoked || foreignKind || token.expiresAt <= simulation.nowSeconds()) {
    throw new ApiFailure(simulation.knobs.expiredCode)
  }
  c.set('sessionName', token.sessionName)
  if (!permits(simulation, token, permission)) throw new ApiFailure(4101)
  return {
    token: text,
    uid: token.uid,
    sessionName: token.sessionName,
    owner: ownerKey(token.uid, token.sessionName),
    botIds: simulation.knobs.ignoreScope
      ? undefined
      : token.scope?.attribute_constraint?.connector_bot_chat_attribute.bot_id_list,
  }
}

function permits({ knobs }: Simulation, { scope }: Token, permission: Permission): boolean {
  if (knobs.deniedPermissions.includes(permission)) return false
  const granted = scope?.account_permission?.permission_list
  if (granted === undefined || knobs.ignoreScope) return true
  return granted.includes(permission) || (granted.includes('Connector.botChat') && CONNECTOR_BOT_CHAT.has(permission))
}

/**
 * The caller's own conversation. Whether another one exists is not to be seen from the answer.
 * @throws ApiFailure `code`, or the knob `foreignCode`
 */
export function ownConversation(
  simulation: Simulation,
  caller: Caller,
  id: string | undefined,
  code: 4002 | 4200,
): Conversation {
  const conversation = simulation.store.conversation(id ?? '')
  if (conversation === undefined || conversation.owner !== caller.owner) {
    throw new ApiFailure(simulation.knobs.foreignCode ?? code)
  }
  return conversation
}
