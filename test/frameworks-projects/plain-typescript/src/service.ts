import { createServer } from 'node:http'
import { createTokenService, identityToken, type TokenServiceOptions } from 'coze-chat-widget/server'
import { createMetrics, readWidgetFiles, toNodeListener } from 'coze-chat-widget/server/node'
import { createRedisTokenStore } from 'coze-chat-widget/server/redis'
import { createCozeSimulator } from 'coze-chat-widget/simulator'
import { Redis } from 'ioredis'
import { createClient } from 'redis'

const secret = 'x'.repeat(32)
const { credentials, fetch } = await createCozeSimulator({ knobs: { pieceDelayMs: 5 } })
const options: TokenServiceOptions = {
  appId: credentials.appId,
  keyId: credentials.keyId,
  privateKey: credentials.privateKeyPem,
  secret,
  identify: identityToken({ issuer: 'https://shop.example', audience: 'chat', secret }),
  metrics: createMetrics(),
  store: createRedisTokenStore({ client: createClient(), secret }),
  widget: { files: await readWidgetFiles() },
  fetch: (input, init) => fetch(new Request(input, init)),
}
export const second = createRedisTokenStore({ client: new Redis({ lazyConnect: true }), secret })
export const server = createServer(toNodeListener(createTokenService(options)))
