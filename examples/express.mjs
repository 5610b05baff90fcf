import { randomUUID } from 'node:crypto'
import { createTokenService } from 'coze-chat-widget/server'
import { toNodeListener } from 'coze-chat-widget/server/node'
import express from 'express'

// The site's sessions by the cookie that its login sets. Yours are in a database.
const sessions = new Map()

const service = createTokenService({
  appId: process.env.COZE_APP_ID,
  keyId: process.env.COZE_KEY_ID,
  privateKey: process.env.COZE_PRIVATE_KEY,
  secret: process.env.CHAT_SECRET,
  apiBase: process.env.COZE_API_BASE, // absent: https://api.coze.cn
  // Returns the signed-in user, whom the chat follows to every device, or null for a visitor whose chat belongs to one tab.
  identify: (request) => sessions.get(/\bsid=([\w-]+)/.exec(request.headers.get('cookie'))?.[1]) ?? null,
})

const app = express()
app.use(toNodeListener(service))
app.post('/login', express.json(), (request, response) => {
  const sid = randomUUID()
  sessions.set(sid, request.body.user) // after checking the password
  response.cookie('sid', sid, { httpOnly: true, sameSite: 'lax' }).end()
})
app.listen(process.env.PORT ?? 8787)
