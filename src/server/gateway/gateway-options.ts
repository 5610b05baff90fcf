import { CozeChatError } from '../../errors.ts'
import { isSecretSafeUrl } from '../http/secret-safe-url.ts'

/** What visitors may talk to: an agent by its id, or a chatflow of an app. */
export type GatewayTarget = string | { readonly appId: string; readonly workflowId: string }

export interface StudioOptions {
  /** Address of a self-hosted Coze Studio. */
  baseUrl: string
  /** Its personal access token (`pat_…`). It stays on this server; Studio itself does not separate visitors. */
  personalToken: string
}

export interface GatewayOptions {
  /** Id of the channel of all requests; Coze keeps a history for each channel. Default `'999'`, the Chat SDK's. */
  connectorId?: string
  /** Largest file, in bytes. Default 52,428,800 (50 MiB). */
  maxUploadBytes?: number
  /** Streamed responses and uploads that one session may have open at once, in one process. Default 8. */
  maxOpenStreams?: number
  /** Conversations that one session may begin in an hour; the gateway keeps whose they are for half a year. Default 100. */
  maxNewConversations?: number
  /**
   * Hosts whose addresses visitors may send as files, written whole: `files.example.com`. Only their https addresses pass.
   * Default: none, so that visitors send only what they have uploaded, and nobody makes Coze fetch an address.
   */
  fileHosts?: readonly string[]
  /**
   * A self-hosted Coze Studio in place of coze.cn or coze.com. It needs a store that survives a restart, because visitors
   * lose their conversations with the contents of the store.
   */
  studio?: StudioOptions
}

export interface ResolvedGatewayOptions {
  readonly connectorId: string
  readonly maxUploadBytes: number
  readonly maxOpenStreams: number
  readonly maxNewConversations: number
  readonly fileHosts: readonly string[]
  readonly studio: StudioOptions | undefined
  readonly targets: readonly [GatewayTarget, ...GatewayTarget[]]
}

/** The Chat SDK's channel. */
export const DEFAULT_CONNECTOR_ID = '999'

const ID = /^\d{1,24}$/
/** With a dot, and with a letter in its last part, so that it is no IP address. */
const PUBLIC_HOST = /^(?:[a-z0-9-]{1,63}\.)+(?=[a-z0-9-]*[a-z])[a-z0-9-]{2,63}$/
const LOCAL_HOST = /\.(?:localhost|local|internal|lan|home|arpa|test|invalid)$/

/**
 * Checks the options and fills in the defaults.
 * @throws CozeChatError `misconfigured` for options that can never work; the message names the cure
 */
export function resolveGatewayOptions(
  gateway: true | GatewayOptions,
  targets: readonly GatewayTarget[] = [],
): ResolvedGatewayOptions {
  const {
    connectorId = DEFAULT_CONNECTOR_ID,
    maxUploadBytes = 50 * 1024 * 1024,
    maxOpenStreams = 8,
    maxNewConversations = 100,
    fileHosts = [],
    studio,
  } = gateway === true ? {} : gateway
  const [firstTarget, ...otherTargets] = targets
  const areIds = targets.every((target) =>
    typeof target === 'string' ? ID.test(target) : ID.test(target.appId) && ID.test(target.workflowId),
  )
  check(
    areIds && firstTarget !== undefined,
    'bots must name what visitors may talk to through the gateway: ids of agents (COZE_BOT_IDS), or { appId, workflowId } for chatflows.',
  )
  check(ID.test(connectorId), 'gateway.connectorId must be the id of a channel, such as "999".')
  check(
    maxUploadBytes >= 1 && maxOpenStreams >= 1 && maxNewConversations >= 1,
    'gateway.maxUploadBytes, gateway.maxOpenStreams and gateway.maxNewConversations must be at least 1.',
  )
  check(
    fileHosts.every((host) => PUBLIC_HOST.test(host) && !LOCAL_HOST.test(host)),
    'gateway.fileHosts must be names of public hosts in lower case, such as "files.example.com", without scheme, port or path.',
  )
  check(
    studio === undefined || targets.every((target) => typeof target === 'string'),
    'bots must name agents only with gateway.studio: Coze Studio keeps one conversation of a chatflow for all visitors. Put the chatflow into an agent (its mode "chatflow"), and name that agent.',
  )
  check(
    studio === undefined || isSecretSafeUrl(studio.baseUrl),
    'gateway.studio.baseUrl must be an https:// address (http:// only for localhost).',
  )
  check(
    studio === undefined || /^[\x21-\x7e]+$/.test(studio.personalToken),
    'gateway.studio.personalToken must be a personal access token (pat_…) of that Coze Studio.',
  )
  return {
    connectorId,
    maxUploadBytes,
    maxOpenStreams,
    maxNewConversations,
    fileHosts,
    studio: studio && { ...studio, baseUrl: studio.baseUrl.replace(/\/+$/, '') },
    targets: [firstTarget, ...otherTargets],
  }
}

function check(condition: boolean, message: string): asserts condition {
  if (!condition) throw new CozeChatError('misconfigured', message)
}
