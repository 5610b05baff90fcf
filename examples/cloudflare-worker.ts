import { createTokenService, type TokenService } from 'coze-chat-widget/server'

interface Env {
  COZE_APP_ID: string
  COZE_KEY_ID: string
  COZE_PRIVATE_KEY: string
  CHAT_SECRET: string
  /** Default `cn`. */
  COZE_REGION?: 'cn' | 'com'
  /** Default by region: `https://api.coze.cn` or `https://api.coze.com`. */
  COZE_API_BASE?: string
  /** The origins of your pages, with commas: a worker has an address of its own. */
  CHAT_ORIGINS?: string
}

let service: TokenService | undefined

export default {
  fetch(request: Request, env: Env, context: { waitUntil(promise: Promise<unknown>): void }): Promise<Response> {
    service ??= createTokenService({
      appId: env.COZE_APP_ID,
      keyId: env.COZE_KEY_ID,
      privateKey: env.COZE_PRIVATE_KEY,
      secret: env.CHAT_SECRET,
      region: env.COZE_REGION ?? 'cn',
      ...(env.COZE_API_BASE && { apiBase: env.COZE_API_BASE }),
      ...(env.CHAT_ORIGINS && { origins: env.CHAT_ORIGINS.split(',') }),
    })
    return service.fetch(request, {
      remoteAddress: request.headers.get('cf-connecting-ip') ?? undefined,
      waitUntil: (promise) => context.waitUntil(promise),
    })
  },
}
