import { describe, expect, it } from 'vitest'
import { authenticateVisitor } from '../../../../src/server/gateway/request/authenticate-visitor.ts'
import { isOwnCredential } from '../../../../src/server/gateway/request/bearer.ts'
import { toServiceRequest } from '../../../../src/server/http/service-request.ts'
import type { AccessPasses } from '../../../../src/server/identity/access-pass.ts'
import type {
  AuthenticationRequest,
  RequestAuthenticator,
} from '../../../../src/server/identity/authenticate-request.ts'
import type { AuthenticatedVisitor } from '../../../../src/server/identity/authenticated-visitor.ts'

const ANN = { sessionName: 'ann', subject: 's_ann' } as AuthenticatedVisitor
const BOB = { sessionName: 'bob', subject: 's_bob' } as AuthenticatedVisitor

/** Who a request is by this header, where Ann holds the pass `g1.ann` and Bob whatever else proves somebody. */
async function authenticate(authorization: string | undefined, other: AuthenticatedVisitor | null = BOB) {
  const opened: string[] = []
  const asked: AuthenticationRequest[] = []
  const passes = {
    open: async (text: string) => {
      opened.push(text)
      return text === 'g1.ann' ? ANN : undefined
    },
  } as Partial<AccessPasses> as AccessPasses
  const authenticator: Pick<RequestAuthenticator, 'authenticateRequest'> = {
    async authenticateRequest(_request, wanted) {
      asked.push(wanted)
      return other === null ? undefined : { visitor: other, headers: [] }
    },
  }
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
  const request = toServiceRequest(new Request('https://shop.test/', { headers }), {})
  const outcome = authenticateVisitor(request, { passes, authenticator })
  return { opened, asked, who: await outcome.catch((error: unknown) => error) }
}

const NOBODY = { name: 'VendorRefusal', code: 4100, status: 401 }

describe('who a request to the gateway is', () => {
  it('T4: is who holds the pass; the site is not asked beside it, whether it is good or not', async () => {
    expect(await authenticate('Bearer g1.ann')).toEqual({ opened: ['g1.ann'], asked: [], who: ANN })
    expect(await authenticate('Bearer g1.bob')).toMatchObject({ opened: ['g1.bob'], asked: [], who: NOBODY })
  })

  it('T6: is by a ticket its visitor alone; without one it is the user of the site’s session', async () => {
    const wanted = async (header: string | undefined) => (await authenticate(header)).asked
    expect(await wanted('Bearer v1.ticket')).toEqual([{ credential: 'v1.ticket', expect: 'anonymous' }])
    expect(await wanted('Bearer site')).toEqual([{ credential: 'site' }])
    expect(await wanted(undefined)).toEqual([{ credential: undefined }])
    expect(await authenticate('Bearer site')).toMatchObject({ opened: [], who: BOB })
  })

  it('T4: is nobody when nothing proves anybody', async () => {
    for (const header of [undefined, 'Bearer site', 'Bearer v1.ticket']) {
      expect(await authenticate(header, null)).toMatchObject({ opened: [], who: NOBODY })
    }
  })

  it.each([
    ...['bearer g1.ann', 'BEARER   g1.ann'].map((header) => [header, 'g1.ann'] as const),
    ...[
      'Basic g1.ann',
      'g1.ann',
      'Bearer',
      'Bearerg1.ann',
      'x Bearer g1.ann',
      'Bearer g1.ann x',
      'Bearer g1.ann,g1.bob x',
    ].map((header) => [header, undefined] as const),
  ])('F72: is told by one credential in an Authorization header: %j', async (header, pass) => {
    const { opened, asked } = await authenticate(header)
    expect([opened, asked]).toEqual(pass === undefined ? [[], [{ credential: undefined }]] : [[pass], []])
  })
})

describe('a credential of ours', () => {
  it('T8: begins as a pass or as a ticket', () => {
    expect(['g1.x', 'v1.x', 'xg1.', 'xv1.', 'g2.x', ''].map(isOwnCredential)).toEqual([
      true,
      true,
      ...[0, 0, 0, 0].map(Boolean),
    ])
  })
})
