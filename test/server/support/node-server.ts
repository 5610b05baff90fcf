/** Servers of `node:http` on free ports of this machine, and what a page asks of the token endpoint there. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

const open: (() => void)[] = []

/** For `afterEach` or `afterAll`: closes every server that is still open, with its connections. */
export function closeNodeServers(): void {
  for (const close of open.splice(0)) close()
}

export async function listenOnNode(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const origin = `http://127.0.0.1:${port}`
  const post = (body = '{}', headers: Readonly<Record<string, string>> = {}, path = '/api/coze/token') =>
    fetch(origin + path, {
      method: 'POST',
      headers: { origin, 'content-type': 'application/json', 'x-chat-token': '1', ...headers },
      body,
    })
  return { origin, port, post }
}
