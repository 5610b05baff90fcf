import { createTokenService } from 'coze-chat-widget/server'
import { toNodeListener } from 'coze-chat-widget/server/node'
import Koa from 'koa'

const service = createTokenService({
  appId: process.env.COZE_APP_ID,
  keyId: process.env.COZE_KEY_ID,
  privateKey: process.env.COZE_PRIVATE_KEY,
  secret: process.env.CHAT_SECRET,
  apiBase: process.env.COZE_API_BASE, // absent: https://api.coze.cn
})
const listener = toNodeListener(service)

const app = new Koa()
// In front of body parsers. The service answers by itself, so Koa must not.
app.use((context, next) => {
  if (!context.path.startsWith('/api/coze/')) return next()
  context.respond = false
  return listener(context.req, context.res)
})
app.listen(process.env.PORT ?? 8787)
