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
const STARTS = ['', 'for=a;', 'for="', 'application/json;', 'Bearer ', '"scheme"', '__Host-chat=']
const PARTS = ['\t', ' ', 'a', '1', ',', ', ', '; ', 'a=', 'a=b;', '\\', '\\"', '"a"', '.', ':', '%', ';q=0', 'v1.']
const ENDS = ['', '"!']

const shapes = STARTS.flatMap((start) =>
  PARTS.flatMap((part) => ENDS.map((end) => start + part.repeat(LENGTH / part.length) + end)),
)

it.each(HEADERS)('T46: 15 KB of any shape in the header %s take no time worth telling', async (name) => {
  const { service } = createTestService({ trustProxy: ['loopback'], gateway: true, bots: ['1'] })
  for (const value of shapes) {
    for (const path of ['/token', '/v1/files/upload']) {
      const request = new Request(TOKEN_URL.replace('/token', path), {
        method: 'POST',
        headers: { origin: ORIGIN, 'content-type': 'application/json', 'x-chat-token': '1', [name]: value },
        body: '{}',
      })
      const made = toServiceRequest(request, { remoteAddress: '127.0.0.1' })
      const before = process.cpuUsage()
      await service.handle({ ...made, ...(name === 'host' && { saidOrigin: `https://${value}` }) })
      const { user } = process.cpuUsage(before)
      // Microseconds of this process, whatever else the machine does. It was half a second and more where it grew with the square.
      if (user > 120_000) expect.fail(`${user / 1_000} ms for ${JSON.stringify(value.slice(0, 40))}… at ${path}`)
    }
  }
})
