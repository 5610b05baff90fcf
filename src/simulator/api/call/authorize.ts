/** Which session a call belongs to and whether it is permitted. Every handler of the Open API begins here. */
import type { Simulation } from '../../world/simulation.ts'
import { type Conversation, ownerKey, type Token } from '../../world/store.ts'
import type { SimulatorContext } from './context.ts'
import { ApiFailure } from './envelope.ts'

/** Permissions by their names in the console (docs/coze.md 1.6). */
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

/** What a token limited to the group `Connector.botChat` may do. */
const CONNECTOR_BOT_CHAT: ReadonlySet<Permission> = new Set(['chat', 'getChat', 'cancelChat', 'submitToolChat', 'run'])

export interface Caller {
  token: string
  uid: string
  sessionName: string | null
  /** {@link ownerKey} of the account and session. */
  owner: string
  /** Agents that the token is limited to; undefined: all of the account. */
  botIds: string[] | undefined
}

/**
 * @throws ApiFailure 4100 or 700012006 (knob `expiredCode`) without a valid token
 * @throws ApiFailure 4101 for a token that lacks the permission
 */
export function authorize(c: SimulatorContext, simulation: Simulation, permission: Permission): Caller {
  const text = /^Bearer\s+(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? ''
  const token = simulation.store.tokens.get(text)
  const studio = simulation.knobs.flavour === 'studio'
  const isForeignKind = studio && !text.startsWith('pat_')
  if (token === undefined || token.revoked || isForeignKind || token.expiresAt <= simulation.nowSeconds()) {
    throw new ApiFailure(simulation.knobs.expiredCode)
  }
  c.set('sessionName', token.sessionName)
  if (!permits(simulation, token, permission)) throw new ApiFailure('noPermission')
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
 * The caller's own conversation. A foreign one and one that does not exist fail alike.
 * @param name the failure by kind of call (docs/coze.md 6.3)
 * @throws ApiFailure `name`, or the knob `foreignCode`
 */
export function ownConversation(
  simulation: Simulation,
  caller: Caller,
  id: string | undefined,
  name: 'invalidConversation' | 'notFound',
): Conversation {
  const conversation = simulation.store.conversation(id ?? '')
  if (conversation === undefined || conversation.owner !== caller.owner) {
    throw new ApiFailure(simulation.knobs.foreignCode ?? name)
  }
  return conversation
}
