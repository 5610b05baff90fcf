import { CozeChatError } from '../../errors.ts'
import { isSafeUrl } from '../safe-url.ts'

/** What visitors may talk to: an agent by its id, or a chatflow of an app. */
export type GatewayTarget = string | { readonly appId: string; readonly workflowId: string }

export interface StudioOptions {
  /** Address of a self-hosted Coze Studio. */
  baseUrl: string
  /** Its `pat_…`. It stays on this server; isolation between visitors is then ours alone. */
  personalToken: string
}

export interface GatewayOptions {
  /** Channel that every call is made in; history is partitioned by it. Default `999`, the Chat SDK's. */
  connectorId?: string
  /** Largest file, in bytes. Default 50 MiB. */
  maxUploadBytes?: number
  /** Answers and uploads that one session may have flowing at once, in one process. Default 8. */
  maxOpenStreams?: number
  /** A self-hosted Coze Studio in place of coze.cn or coze.com. Needs a store that survives a restart, or histories do not. */
  studio?: StudioOptions
}

export interface ResolvedGatewayOptions {
  readonly connectorId: string
  readonly maxUploadBytes: number
  readonly maxOpenStreams: number
  readonly studio: StudioOptions | undefined
  readonly targets: readonly GatewayTarget[]
}

const ID = /^\d{1,24}$/

/** @throws CozeChatError `misconfigured` for a gateway that could let nobody, or everybody, through. */
export function resolveGatewayOptions(
  gateway: true | GatewayOptions,
  targets: readonly GatewayTarget[] | undefined,
): ResolvedGatewayOptions {
  const {
    connectorId = '999',
    maxUploadBytes = 50 * 1024 * 1024,
    maxOpenStreams = 8,
    studio,
  } = gateway === true ? {} : gateway
  const known = (targets ?? []).every((target) =>
    typeof target === 'string' ? ID.test(target) : ID.test(target.appId) && ID.test(target.workflowId),
  )
  check(
    known && targets !== undefined && targets.length > 0,
    'bots must name what visitors may talk to by the gateway: ids of agents (COZE_BOT_IDS), or { appId, workflowId }.',
  )
  check(/^\d{1,24}$/.test(connectorId), 'gateway.connectorId must be the id of a channel, such as "999".')
  check(maxUploadBytes >= 1 && maxOpenStreams >= 1, 'gateway.maxUploadBytes and maxOpenStreams must be at least 1.')
  check(
    studio === undefined || isSafeUrl(studio.baseUrl),
    'gateway.studio.baseUrl must be an https:// address (http:// only for localhost).',
  )
  check(
    studio === undefined || /^[\x21-\x7e]+$/.test(studio.personalToken),
    'gateway.studio.personalToken must be a personal access token of that Coze Studio.',
  )
  return { connectorId, maxUploadBytes, maxOpenStreams, studio, targets }
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CozeChatError('misconfigured', message)
}
