import { createServer } from 'node:http'
import { createTokenService } from 'coze-chat-widget/server'
import { toNodeListener } from 'coze-chat-widget/server/node'

const service = createTokenService({
  appId: process.env.COZE_APP_ID,
  keyId: process.env.COZE_KEY_ID,
  privateKey: process.env.COZE_PRIVATE_KEY,
  secret: process.env.CHAT_SECRET,
  apiBase: process.env.COZE_API_BASE, // absent: https://api.coze.cn
})

createServer(toNodeListener(service)).listen(process.env.PORT ?? 8787)
