import { describe, expect, it } from 'vitest'
import { refusePlainHttp } from '../../../src/options/check/needs-https.ts'

describe('a signed-in user on plain http', () => {
  it.each([
    [{ user: 'required' }, false],
    [{ userToken: 'a.b.c' }, false],
    [{ user: 'required', allowInsecure: true }, true],
    [{ user: 'auto' }, true],
  ] as const)('%o is admitted: %o', (options, admitted) => {
    const outcome = () => refusePlainHttp(options)
    if (admitted) expect(outcome).not.toThrow()
    else expect(outcome).toThrow(expect.objectContaining({ code: 'insecure_context' }))
  })
})
