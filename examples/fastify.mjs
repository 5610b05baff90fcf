import { createTokenService } from 'coze-chat-widget/server'
import { toNodeListener } from 'coze-chat-widget/server/node'
import Fastify from 'fastify'

const service = createTokenService({
  appId: process.env.COZE_APP_ID,
  keyId: process.env.COZE_KEY_ID,
  privateKey: process.env.COZE_PRIVATE_KEY,
  secret: process.env.CHAT_SECRET,
  apiBase: process.env.COZE_API_BASE, // absent: https://api.coze.cn
})
const listener = toNodeListener(service)

const app = Fastify()
// A scope of its own: there no body is read before the service reads it.
app.register(async (scope) => {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
  scope.all('/api/coze/*', (request, reply) => {
    reply.hijack()
    return listener(request.raw, reply.raw)
  })
})
app.listen({ port: Number(process.env.PORT ?? 8787) })
