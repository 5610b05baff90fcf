import { beforeEach, describe, expect, it } from 'vitest'
import { CozeChatError } from '../../../src/errors.ts'
import { createSessionStore } from '../../../src/visitor/session-store.ts'
import type { AccessToken } from '../../../src/visitor/token/access-token.ts'
import type { UserToken } from '../../../src/visitor/token/host-callbacks.ts'
import {
  type ConfirmedReply,
  createTokenClient,
  type TokenClient,
  type TokenRequestOptions,
} from '../../../src/visitor/token/token-client.ts'
import type { RequestIdentity, TokenQuestion, TokenSource } from '../../../src/visitor/token/token-source.ts'
import { initialPresence, type Presence } from '../../../src/visitor/visitor-state.ts'
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin, type FakeTab } from '../../support/fake-platform.ts'

const ANNA = { subject: 's_anna', kind: 'user' } as const

describe('createTokenClient', () => {
  let clock: FakeClock
  let origin: FakeOrigin
  let tab: FakeTab
  let client: TokenClient
  /** What happened, in order. */
  let steps: string[]
  let presence: Presence
  let userToken: UserToken | undefined
  let shared: boolean
  let asked: TokenQuestion[]
  let farewells: RequestIdentity[]
  let whileAsking: () => void
  let kind: 'user' | 'anonymous' | undefined

  const create = (allowInsecure = false) => {
    const { platform } = tab
    const source: TokenSource = {
      shared,
      async ask(question) {
        steps.push(`ask${tokenLocks().length > 0 ? ' under the lock' : ''}`)
        asked.push(question)
        whileAsking()
        const since = { wallMs: clock.now(), monotonicMs: clock.monotonic() }
        return {
          text: 'czs_a',
          ttlMs: 900_000,
          kind,
          subject: 's_anna',
          sessionId: undefined,
          seal: undefined,
          fresh: false,
          agent: undefined,
          apiBase: undefined,
          since,
        }
      },
      end: (farewell) => farewells.push(farewell),
    }
    const applicant = {
      get presence() {
        return presence
      },
      get userToken() {
        return userToken
      },
      hasAsked() {},
      confirm({ text, ttlMs, since, kind }: ConfirmedReply): AccessToken {
        steps.push(`confirm ${kind}`)
        return { text, ttlMs, since, kind, subject: 's_anna', apiBase: undefined }
      },
    }
    const session = createSessionStore({ scope: 'tab', platform })
    client = createTokenClient({ source, session, applicant, platform, allowInsecure })
  }
  const tokenLocks = () => origin.locks?.held.filter((name) => name.startsWith('coze-chat-token:')) ?? []
  const request = async (options: Partial<TokenRequestOptions> = {}, waitMs = 0) => {
    const { signal } = new AbortController()
    const promise = client
      .request({ renew: false, revalidate: false, isSuperfluous: () => false, signal, ...options })
      .then(
        (token) => token?.text,
        (error: CozeChatError) => error.code,
      )
    await clock.advance(waitMs)
    return promise
  }

  beforeEach(() => {
    clock = createFakeClock()
    origin = createFakeOrigin(clock)
    tab = origin.openTab()
    steps = []
    presence = initialPresence()
    userToken = () => {
      steps.push(`userToken()${tokenLocks().length > 0 ? ' under the lock' : ''}`)
      return 'jwt'
    }
    shared = true
    asked = []
    farewells = []
    whileAsking = () => {}
    kind = 'user'
    create()
  })

  it('F26: proves who asks, waits for its turn, asks, and confirms, in this order', async () => {
    expect(await request({ renew: true })).toBe('czs_a')
    expect(steps).toEqual(['userToken()', 'ask under the lock', 'confirm user'])
    expect(asked).toEqual([expect.objectContaining({ sessionId: 'visitor-id-number-001', renew: true, bearer: 'jwt' })])
  })

  it('F26: waits no longer than two seconds for another tab', async () => {
    presence = { ...initialPresence(), status: 'confirmed', visitor: ANNA }
    origin.locks?.freeze('coze-chat-token:s_anna')
    expect(await request({}, 2_000)).toBe('czs_a')
  })

  it('F25: asks nobody when a token of another tab has come meanwhile', async () => {
    presence = { ...initialPresence(), status: 'confirmed', visitor: ANNA }
    origin.locks?.freeze('coze-chat-token:s_anna')
    expect(await request({ isSuperfluous: () => clock.monotonic() >= 100 }, 100)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('in doubt about its visitor it neither waits for other tabs nor believes them', async () => {
    presence = { ...initialPresence(), status: 'confirmed', visitor: ANNA }
    origin.locks?.freeze('coze-chat-token:s_anna')
    expect(await request({ revalidate: true, isSuperfluous: () => true })).toBe('czs_a')
  })

  it('F26: runs no getToken() of the page while other tabs wait for it', async () => {
    shared = false
    create()
    expect(await request()).toBe('czs_a')
    expect(steps).toEqual(['userToken()', 'ask', 'confirm user'])
  })

  it('sends the ticket that another widget of the page was given while this one waited', async () => {
    kind = 'anonymous'
    const ticket = 't'.repeat(30)
    const id = 'i'.repeat(30)
    tab.session.set('coze_session_id', id)
    create()
    userToken = () => {
      tab.session.set('coze_session_id', ticket)
      return 'jwt'
    }
    await request()
    expect(asked.map(({ sessionId }) => sessionId)).toEqual([ticket])
  })

  it('proves nothing for an anonymous visitor', async () => {
    presence = initialPresence('anonymous')
    kind = 'anonymous'
    await request()
    expect(steps).toEqual(['ask under the lock', 'confirm anonymous'])
    expect(asked[0]).toMatchObject({ expect: 'anonymous', bearer: undefined })
  })

  it.each<[string, 'user' | 'anonymous' | undefined, Presence, string]>([
    ['names its kind', 'anonymous', initialPresence(), 'confirm anonymous'],
    ['names none where a user is expected', undefined, initialPresence('required'), 'confirm user'],
    ['names none where nothing is expected', undefined, initialPresence(), 'confirm anonymous'],
  ])('a back end that %s', async (_, named, expecting, step) => {
    kind = named
    presence = expecting
    await request()
    expect(steps.at(-1)).toBe(step)
  })

  it('F34: an anonymous answer where a user is expected is signed_out, and confirms nobody', async () => {
    presence = initialPresence('required')
    kind = 'anonymous'
    expect(await request()).toBe('signed_out')
    expect(steps).not.toContain('confirm anonymous')
  })

  it('F51: on plain http no question is asked for a user, no proof of one is read, and no user is confirmed', async () => {
    tab.page.secure = false
    create()
    expect(await request()).toBe('insecure_context')
    expect(steps).toEqual([])
    presence = initialPresence('required')
    userToken = undefined
    expect(await request()).toBe('insecure_context')
    expect(asked).toEqual([])
    presence = initialPresence()
    expect(await request()).toBe('insecure_context')
    expect(steps).toEqual(['ask under the lock'])
  })

  it('F51: on plain http an anonymous visitor is served, and everybody where the site allows it', async () => {
    tab.page.secure = false
    create()
    presence = initialPresence('anonymous')
    kind = 'anonymous'
    expect(await request()).toBe('czs_a')
    presence = initialPresence('required')
    kind = 'user'
    create(true)
    expect(await request({}, 300)).toBe('czs_a')
  })

  it('F21: a response that comes after the end of its epoch confirms nobody', async () => {
    const life = new AbortController()
    whileAsking = () => life.abort(new CozeChatError('aborted', 'gone'))
    expect(await request({ signal: life.signal })).toBe('aborted')
    expect(steps).toEqual(['userToken()', 'ask under the lock'])
  })

  it('says goodbye with the proof of the last question, and only once', async () => {
    await request()
    client.end('id', 'user')
    client.end('id', 'user')
    expect(farewells).toEqual([
      { sessionId: 'id', expect: 'user', bearer: 'jwt' },
      { sessionId: 'id', expect: 'user', bearer: undefined },
    ])
  })
})
