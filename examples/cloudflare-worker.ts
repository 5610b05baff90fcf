import { createTokenService, type TokenService } from 'coze-chat-widget/server'

interface Env {
  COZE_APP_ID: string
  COZE_KEY_ID: string
  COZE_PRIVATE_KEY: string
  CHAT_SECRET: string
  /** Default `https://api.coze.cn`. */
  COZE_API_BASE?: string
}

let service: TokenService | undefined

export default {
  fetch(request: Request, env: Env, context: { waitUntil(promise: Promise<unknown>): void }): Promise<Response> {
    service ??= createTokenService({
      appId: env.COZE_APP_ID,
      keyId: env.COZE_KEY_ID,
      privateKey: env.COZE_PRIVATE_KEY,
      secret: env.CHAT_SECRET,
      apiBase: env.COZE_API_BASE ?? 'https://api.coze.cn',
    })
    return service.fetch(request, {
      remoteAddress: request.headers.get('cf-connecting-ip') ?? undefined,
      waitUntil: (promise) => context.waitUntil(promise),
    })
  },
}
