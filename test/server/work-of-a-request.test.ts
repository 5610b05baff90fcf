import { expect, it } from 'vitest'
import { toServiceRequest } from '../../src/server/http/service-request.ts'
import { createTestService, ORIGIN, TOKEN_URL } from './support/test-service.ts'

/** What the service reads of a request, its body apart; `host` stands for the name under which the request says that it came. */
const HEADERS = [
  ...['accept', 'accept-encoding', 'accept-language', 'authorization', 'content-type', 'cookie', 'if-none-match'],
  ...['host', 'origin', 'purpose', 'sec-fetch-site', 'sec-purpose', 'x-chat-token', 'x-user-id'],
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-port', 'x-forwarded-proto', 'x-original-host'],
  ...['cf-visitor', 'cloudfront-forwarded-proto', 'fly-forwarded-proto', 'x-client-scheme', 'x-arr-ssl'],
]
/** Node reads 16 KiB of headers. */
const LENGTH = 15_000
const STARTS = ['', 'a', 'for=a;', 'for="', 'application/json;', 'Bearer ', '"scheme"', '__Host-chat=']
const PARTS = ['\t', ' ', 'a', '1', ',', ', ', '; ', 'a=', 'a=b;', '\\', '\\"', '"a"', '.', ':', '%', ';q=0', 'v1.']
const ENDS = ['', '"!']

const shapes = STARTS.flatMap((start) =>
  PARTS.flatMap((part) => ENDS.map((end) => start + part.repeat(LENGTH / part.length) + end)),
)

const LIMIT_MS = 40

function createService() {
  return createTestService({ trustProxy: ['loopback'], gateway: true, bots: ['1'] }).service
}

async function ask(service: ReturnType<typeof createService>, path: string, name: string, value: string) {
  const request = new Request(TOKEN_URL.replace('/token', path), {
    method: 'POST',
    headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1', [name]: value },
    body: '{}',
  })
  const made = toServiceRequest(request, { remoteAddress: '127.0.0.1' })
  const before = performance.now()
  await service.handle({ ...made, ...(name === 'host' && { saidOrigin: `https://${value}` }) })
  return performance.now() - before
}

/** The machine may do something else in the meantime: what costs much of itself does so at each of three services, which know nothing of it yet. */
async function costsMuch(path: string, name: string, value: string): Promise<boolean> {
  for (let look = 0; look < 3; look++) {
    const service = createService()
    await ask(service, path, 'accept', '*/*')
    if ((await ask(service, path, name, value)) <= LIMIT_MS) return false
  }
  return true
}

it.each(HEADERS)('T46: 15 KB of any shape in the header %s take no time worth telling', async (name) => {
  const service = createService()
  for (const value of shapes) {
    for (const path of ['/token', '/v1/files/upload']) {
      const isSlow = (await ask(service, path, name, value)) > LIMIT_MS
      if (isSlow && (await costsMuch(path, name, value)))
        expect.fail(`${JSON.stringify(value.slice(0, 40))}… at ${path}`)
    }
  }
})
