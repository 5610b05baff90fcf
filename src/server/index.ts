/** `coze-chat-widget/server`: the token service, for every runtime with `Request`, `Response`, `fetch` and Web Crypto. */
export { CozeChatError, ERROR_CODES, isCozeChatError } from '../errors.ts'
export type { CallContext } from './call.ts'
export type { TrustProxy } from './client-address.ts'
export type { TokenScope } from './coze-oauth.ts'
export type { ServiceEvent } from './events.ts'
export type { GatewayOptions, GatewayTarget, StudioOptions } from './gateway/gateway-options.ts'
export type { Identify } from './identity.ts'
export { type IdentityTokenOptions, identityToken } from './identity-token.ts'
export type { Limit, LimitOptions } from './limits.ts'
export { createMemoryTokenStore } from './memory-token-store.ts'
export {
  type CozeKey,
  createTokenService,
  type MintContext,
  type ServiceMetrics,
  type TokenService,
  type TokenServiceOptions,
} from './token-service.ts'
export type { TokenStore } from './token-store.ts'
