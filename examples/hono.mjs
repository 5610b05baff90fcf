import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { createTokenService } from 'coze-chat-widget/server'
import { Hono } from 'hono'

const service = createTokenService({
  appId: process.env.COZE_APP_ID,
  keyId: process.env.COZE_KEY_ID,
  privateKey: process.env.COZE_PRIVATE_KEY,
  secret: process.env.CHAT_SECRET,
  apiBase: process.env.COZE_API_BASE, // absent: https://api.coze.cn
})

const app = new Hono()
// The limits count by address. Without it all visitors share one limit.
app.all('/api/coze/*', (c) => service.fetch(c.req.raw, { remoteAddress: getConnInfo(c).remote.address }))
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 8787) })
