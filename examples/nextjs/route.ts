// app/api/coze/[...path]/route.ts
import { createTokenService, type TokenService } from 'coze-chat-widget/server'

let service: TokenService | undefined

/** Made with the first request, so that a build needs no secrets. */
function create(): TokenService {
  const { COZE_APP_ID = '', COZE_KEY_ID = '', COZE_PRIVATE_KEY = '', CHAT_SECRET = '' } = process.env
  const { COZE_REGION, COZE_API_BASE } = process.env
  return createTokenService({
    appId: COZE_APP_ID,
    keyId: COZE_KEY_ID,
    privateKey: COZE_PRIVATE_KEY,
    secret: CHAT_SECRET,
    region: COZE_REGION === 'com' ? 'com' : 'cn',
    ...(COZE_API_BASE && { apiBase: COZE_API_BASE }),
    // The limits count by this address. Vercel sets the header; elsewhere your own proxy must set it and drop what visitors send.
    clientAddress: (request) => request.headers.get('x-real-ip') ?? undefined,
  })
}

function handle(request: Request): Promise<Response> {
  service ??= create()
  return service.fetch(request)
}

export { handle as GET, handle as OPTIONS, handle as POST }
