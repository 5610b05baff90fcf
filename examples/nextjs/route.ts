// app/api/coze/[...path]/route.ts
import { createTokenService } from 'coze-chat-widget/server'

const { COZE_APP_ID = '', COZE_KEY_ID = '', COZE_PRIVATE_KEY = '', CHAT_SECRET = '' } = process.env

const service = createTokenService({
  appId: COZE_APP_ID,
  keyId: COZE_KEY_ID,
  privateKey: COZE_PRIVATE_KEY,
  secret: CHAT_SECRET,
  apiBase: process.env['COZE_API_BASE'] ?? 'https://api.coze.cn',
  // For the limits. Vercel sets it; elsewhere your own proxy must, and must drop what visitors send.
  clientAddress: (request) => request.headers.get('x-real-ip') ?? undefined,
})

const handle = (request: Request) => service.fetch(request)

export { handle as GET, handle as OPTIONS, handle as POST }
