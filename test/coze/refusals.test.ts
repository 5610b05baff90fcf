import { describe, expect, it } from 'vitest'
import { createCozeClient } from '../../src/coze/client.ts'
import { createRefusalReader, type RefusalsPart } from '../../src/coze/refusals.ts'
import { createPart, type Part } from '../../src/platform/part.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../support/fake-clock.ts'

const never: Part<RefusalsPart> = createPart(() => new Promise(() => {}))
const gone: Part<RefusalsPart> = createPart(() => Promise.reject(new TypeError('not found')))

const refusal = (code: number, status = 200) => Response.json({ code, msg: 'no' }, { status })

/** A client whose network answers from a list, and whose tokens are t1, t2, … */
function setUp(part: Part<RefusalsPart>, answers: Response[]) {
  const clock = createFakeClock()
  const rejected: (string | undefined)[] = []
  const refusals = createRefusalReader(part, clock)
  const client = createCozeClient({
    clock,
    refusals,
    getToken: async (context) => {
      rejected.push(context.rejected)
      return { token: `t${rejected.length}`, apiBase: 'https://api.test' }
    },
    fetch: async () => answers.shift() ?? Response.error(),
  })
  const call = () =>
    client.json({ path: '/v1/x', signal: new AbortController().signal }).catch((error: unknown) => error)
  return { clock, refusals, rejected, call }
}

describe('a refusal of Coze’s', () => {
  it('is read by the table, once that is loaded', async () => {
    const { call } = setUp(
      createPart(async () => bundledParts.refusals.load()),
      [refusal(4016)],
    )
    expect(await call()).toMatchObject({ code: 'conversation_busy', retryable: true, upstreamCode: '4016' })
  })

  it('is an error that can be tried again where the table cannot be loaded', async () => {
    const { call, refusals } = setUp(gone, [refusal(4105)])
    expect(await call()).toMatchObject({ code: 'upstream_error', retryable: true, upstreamCode: '200' })
    expect(refusals.problem({ code: 4105 })).toEqual({ code: 'upstream_error', retryable: true })
  })

  it('F45: of the token leads to a fresh one, also where the table cannot be loaded', async () => {
    const { call, rejected } = setUp(gone, [refusal(4100, 401), Response.json({ code: 0, data: 'fine' })])
    expect(await call()).toMatchObject({ data: 'fine' })
    expect(rejected).toEqual([undefined, 't1'])
  })

  it('does not wait for its table longer than five seconds', async () => {
    const { call, clock } = setUp(never, [refusal(4016)])
    const told = call()
    await clock.advance(5_000)
    expect(await told).toMatchObject({ code: 'upstream_error' })
    expect(clock.pending).toBe(0)
  })
})
