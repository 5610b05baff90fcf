import { beforeEach, describe, expect, it } from 'vitest'
import type { CozeChatError } from '../../src/errors.ts'
import { fingerprint, SESSION_ID_KEY as KEY } from '../../src/visitor/session-id.ts'
import type { AccessToken } from '../../src/visitor/token/access-token.ts'
import { createVisitor, type Visitor, type VisitorOptions } from '../../src/visitor/visitor.ts'
import { bundledParts } from '../../src/widget/bundled-parts.ts'
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin, type FakeOrigin, type FakeTab } from '../support/fake-platform.ts'
import { createFakeTokenService, type FakeTokenService, json } from '../support/fake-token-service.ts'

const TOKEN_URL = '/api/coze/token'
const DAY = 86_400_000

const outcome = (promise: Promise<AccessToken>) =>
  promise.then(
    (token) => `${token.subject}`,
    (error: CozeChatError) => error.code,
  )

/** Everything a visitor says, in order, as short words. */
function record(visitor: Visitor): string[] {
  const heard: string[] = []
  visitor.on('session', ({ subject }) => heard.push(`session ${subject}`))
  visitor.on('change', ({ reason }) => heard.push(`change ${reason}`))
  visitor.on('signed-out', () => heard.push('signed-out'))
  visitor.on('checking', (on) => heard.push(`checking ${on}`))
  visitor.on('error', ({ code }) => heard.push(`error ${code}`))
  return heard
}

describe('createVisitor', () => {
  let clock: FakeClock
  let origin: FakeOrigin
  let service: FakeTokenService
  beforeEach(() => {
    clock = createFakeClock()
    origin = createFakeOrigin(clock)
    service = createFakeTokenService()
  })
  const settle = () => clock.advance(0)
  const openTab = (copyOf?: FakeTab) =>
    origin.openTab({ fetch: (url, init) => service.fetch(url, init), ...(copyOf && { copyOf }) })
  const visit = (tab: FakeTab, options: VisitorOptions = {}) =>
    createVisitor({ botId: '73', tokenUrl: TOKEN_URL, ...options }, bundledParts, tab.platform)

  /** Two tabs of one browser that have their tokens. */
  const twoVisits = async () => {
    const visits = [visit(openTab()), visit(openTab())] as const
    for (const visitor of visits) {
      visitor.warmUp()
      await clock.advance(200)
    }
    return visits
  }

  it('asks nobody and stores nothing before the first getToken()', async () => {
    const tab = openTab()
    const visitor = visit(tab)
    tab.page.signal('woke', 'online')
    await clock.advance(DAY)
    expect([service.requests.length, tab.session.size, origin.local.size]).toEqual([0, 0, 0])
    expect(visitor.state).toMatchObject({ status: 'unknown', sessionId: undefined, subject: undefined })
  })

  it('makes an id, has it replaced by the ticket of the server, and keeps the visitor over a reload', async () => {
    const tab = openTab()
    const visitor = visit(tab)
    const heard = record(visitor)
    expect((await visitor.getToken()).text).toBe('czs_1')
    expect(service.requests[0]?.session_id).toMatch(/^[\w-]{21}$/)
    const ticket = tab.session.get(KEY)
    expect(ticket).toMatch(/^v1\./)
    expect(visitor.state).toMatchObject({
      status: 'anonymous',
      sessionId: ticket,
      subject: 's_visitor_1',
      persistence: 'tab',
    })
    visitor.destroy()
    await settle()
    const reloaded = visit(origin.openTab({ copyOf: tab, fetch: service.fetch }))
    await reloaded.getToken()
    expect(service.requests[1]?.session_id).toBe(ticket)
    expect(reloaded.state.subject).toBe('s_visitor_1')
    expect(heard).toEqual(['session s_visitor_1'])
  })

  it('F113: a closed chat stops renewing after five minutes, renews when it opens, and gets a token whenever one is asked for', async () => {
    const visitor = visit(openTab())
    await visitor.getToken()
    visitor.setWatched(true)
    await clock.advance(DAY / 24)
    const open = service.requests.length
    expect(open).toBeGreaterThan(3)
    visitor.setWatched(false)
    await clock.advance(5 * 60_000)
    const closed = service.requests.length
    await clock.advance(DAY)
    expect(service.requests.length).toBe(closed)
    await visitor.getToken()
    expect(service.requests.length).toBe(closed + 1)
    await clock.advance(DAY)
    expect(service.requests.length).toBe(closed + 1)
    visitor.setWatched(true)
    await settle()
    expect(service.requests.length).toBe(closed + 2)
    await clock.advance(DAY / 24)
    expect(service.requests.length).toBeGreaterThan(closed + 5)
    visitor.setWatched(false)
    visitor.destroy()
    expect(clock.pending).toBe(0)
  })

  it('F30, T9: sends the request of the contract', async () => {
    const visitor = visit(openTab(), { userToken: () => 'eyJ.jwt', tokenField: 'user_id' })
    await visitor.getToken()
    const init = service.requests[0]?.init
    expect(init).toMatchObject({
      method: 'POST',
      credentials: 'same-origin',
      redirect: 'manual',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      headers: { 'content-type': 'application/json', 'x-chat-token': '73', authorization: 'Bearer eyJ.jwt' },
    })
    expect(init?.headers).toMatchObject({ 'accept-language': 'en' })
    expect(JSON.parse(String(init?.body))).toEqual({ user_id: 'visitor-id-number-001' })
  })

  it('T9: neither token nor ticket is in any storage, message or lock name that is not its own', async () => {
    const tab = openTab()
    const visitor = visit(tab)
    const { text } = await visitor.getToken()
    visitor.remember({ conversationId: '1' })
    const ticket = tab.session.get(KEY) ?? ''
    expect(JSON.stringify([...tab.session, ...origin.local, ...origin.messages])).not.toContain(text)
    expect(JSON.stringify([origin.locks?.held, [...origin.local], origin.messages])).not.toContain(ticket)
  })

  it('keeps the id of a back end that answers nothing but a token', async () => {
    service.script = () => json({ token: 'czs_guide' })
    const tab = openTab()
    const visitor = visit(tab)
    await visitor.getToken()
    const id = tab.session.get(KEY) ?? ''
    expect(visitor.state).toMatchObject({ subject: `l_${fingerprint(id)}`, kind: 'anonymous', sessionId: id })
    await visitor.getToken({ rejected: 'other' })
    expect(visitor.state.epoch).toBe(0)
  })

  it.each<[string, object, boolean]>([
    ['the same subject', { subject: 's_1' }, false],
    ['another subject', { subject: 's_2' }, true],
    ['another kind', { subject: 's_1', kind: 'user' }, true],
    ['no subject any more', {}, true],
  ])('after a first subject, %s', async (_, fields, changed) => {
    let answer: object = { subject: 's_1' }
    service.script = () => json({ access_token: 'czs_x', expires_in: 900, kind: 'anonymous', ...answer })
    const visitor = visit(openTab())
    await visitor.getToken()
    const { signal } = visitor
    const heard = record(visitor)
    answer = fields
    await clock.advance(845_000)
    expect([signal.aborted, visitor.state.epoch]).toEqual([changed, changed ? 1 : 0])
    expect(heard.includes('change other-user')).toBe(changed)
  })

  it('T5, F20: two chats of one page with token services of their own keep their visitors, and neither service sees the ticket of the other', async () => {
    const other = createFakeTokenService()
    // So that its tickets are none of the first one's.
    await other.fetch('', { body: '{}' })
    const theirs = '/other/token'
    const tab = origin.openTab({ fetch: (url, init) => (url === theirs ? other : service).fetch(url, init) })
    const chats = () => [visit(tab), visit(tab, { botId: '74', tokenUrl: theirs })] as const
    const visitors = chats()
    const heard = visitors.map(record)
    for (const visitor of visitors) visitor.warmUp()
    await clock.advance(3_000_000)
    expect(heard).toEqual([['session s_visitor_1'], ['session s_visitor_2']])
    for (const visitor of visitors) visitor.destroy()
    await settle()
    const again = chats()
    for (const visitor of again) visitor.warmUp()
    await clock.advance(5_000)
    expect(again.map(({ state }) => state.subject)).toEqual(['s_visitor_1', 's_visitor_2'])
    const sentTo = (asked: FakeTokenService) => new Set(asked.requests.map(({ session_id }) => session_id))
    expect([...sentTo(service)].filter((id) => sentTo(other).has(id))).toEqual([])
  }, 5_000)

  it('without subjects of the server the id stands for the visitor', async () => {
    let session_id: string | undefined
    service.script = () => json({ access_token: 'czs_x', expires_in: 900, kind: 'anonymous', session_id })
    const tab = openTab()
    const visitor = visit(tab)
    await visitor.getToken()
    await clock.advance(845_000)
    expect(visitor.state.epoch).toBe(0)
    // The answer to the next question is about another id.
    tab.session.set(KEY, 'z'.repeat(30))
    await clock.advance(845_000)
    expect(visitor.state).toMatchObject({ epoch: 1, subject: `l_${fingerprint('z'.repeat(30))}` })
  })

  it('an id that the server puts in place of ours is kept, and junk is not', async () => {
    let session_id = 'x'
    service.script = () => json({ access_token: 'czs_x', expires_in: 900, subject: 's_1', session_id })
    const tab = openTab()
    const visitor = visit(tab)
    await visitor.getToken()
    expect(tab.session.get(KEY)).toBe('visitor-id-number-001')
    session_id = 'y'.repeat(40)
    await clock.advance(845_000)
    expect([visitor.state.sessionId, tab.session.get(KEY)]).toEqual([session_id, session_id])
  })

  describe('what the first response tells beside the token', () => {
    const ticket = (letter: string) => `v1.k1.${letter.repeat(21)}A.t1.${'m'.repeat(42)}A`
    const answer = (fields: object) =>
      json({ access_token: 'czs_x', expires_in: 900, kind: 'anonymous', subject: 's_1', ...fields })

    it('is known with the token, and does not change with later ones', async () => {
      service.script = (_request, count) =>
        answer(count === 1 ? { session_id: ticket('a'), fresh: true, agent: { id: '73' } } : { agent: { id: '74' } })
      const visitor = visit(openTab())
      expect(visitor.introduction).toBeUndefined()
      await visitor.getToken()
      expect(visitor.introduction).toEqual({ isNew: true, agent: { id: '73' } })
      await clock.advance(845_000)
      expect(service.questions).toBe(2)
      expect(visitor.introduction).toEqual({ isNew: true, agent: { id: '73' } })
    })

    it.each<[string, object]>([
      ['without a new credential', { fresh: true }],
      ['with a credential that is none', { fresh: true, session_id: 'x' }],
      ['for a user', { fresh: true, kind: 'user', session_id: ticket('a') }],
      ['that is no `true`', { fresh: 'true', session_id: ticket('a') }],
    ])('F24: `fresh` %s is not believed', async (_what, fields) => {
      service.script = () => answer(fields)
      const visitor = visit(openTab())
      await visitor.getToken()
      expect(visitor.introduction).toMatchObject({ isNew: false })
    })

    it('F24: a renewal cannot make a known visitor a new one', async () => {
      service.script = (_request, count) => answer(count === 1 ? {} : { session_id: ticket('b'), fresh: true })
      const visitor = visit(openTab())
      await visitor.getToken()
      await clock.advance(845_000)
      expect([service.questions, visitor.state.epoch]).toEqual([2, 0])
      expect(visitor.introduction).toMatchObject({ isNew: false })
    })

    it('F20: goes with its visitor: the next one is introduced anew', async () => {
      service.script = (request, count) =>
        request.end
          ? json({})
          : answer({ session_id: ticket('a'), fresh: count === 1 || undefined, subject: `s_${count}` })
      const visitor = visit(openTab())
      await visitor.getToken()
      const seen: unknown[] = []
      visitor.on('change', () => seen.push(visitor.introduction))
      await clock.advance(845_000)
      expect(seen).toEqual([undefined])
      expect(visitor.introduction).toMatchObject({ isNew: false })
      visitor.logout()
      expect(visitor.introduction).toBeUndefined()
    })

    it('names no agent in the request whose id is none', async () => {
      const visitor = visit(openTab(), { botId: 'shop\r\nx: y' })
      await visitor.getToken()
      expect(service.requests[0]?.headers).toMatchObject({ 'x-chat-token': '1' })
    })
  })

  it('F10: a prerendered page asks only when somebody visits it', async () => {
    const tab = openTab()
    const activate = tab.page.prerender()
    const visitor = visit(tab)
    visitor.warmUp()
    await clock.advance(60_000)
    expect(service.requests).toHaveLength(0)
    activate()
    await settle()
    expect(visitor.peek()?.text).toBe('czs_1')
  })

  it('F51: a signed-in user is refused on plain http, an anonymous visitor is not', async () => {
    const tab = openTab()
    tab.page.secure = false
    expect(await outcome(visit(tab, { user: 'required' }).getToken())).toBe('insecure_context')
    expect(service.requests).toHaveLength(0)
    expect(await outcome(visit(tab).getToken())).toBe('s_visitor_1')
    service.user = 'A'
    expect(await outcome(visit(openTab(), { user: 'required' }).getToken())).toBe('s_user_A')
    expect(await outcome(visit(tab, { user: 'required', allowInsecure: true }).getToken())).toBe('s_user_A')
  })

  describe('logging in and out', () => {
    it('T6: signs a user in with a new session; the anonymous ticket is gone and its chat is not carried over', async () => {
      const tab = openTab()
      const visitor = visit(tab)
      const heard = record(visitor)
      await visitor.getToken()
      const ticket = tab.session.get(KEY)
      service.user = 'A'
      visitor.identify({ userToken: 'jwt-of-A' })
      expect(visitor.peek()).toBeUndefined()
      expect(await outcome(visitor.getToken())).toBe('s_user_A')
      expect(service.requests[1]).toMatchObject({
        expect: 'user',
        headers: { authorization: 'Bearer jwt-of-A' },
      })
      expect(JSON.stringify([service.requests[1]?.session_id, [...tab.session]])).not.toContain(ticket)
      expect(heard).toEqual(['session s_visitor_1', 'change login', 'session s_user_A'])
    })

    it('T6: a ticket left in the tab is deleted when the server names a user', async () => {
      const tab = openTab()
      tab.session.set(KEY, `v1.k1.${'A'.repeat(22)}.abc.${'A'.repeat(43)}`)
      service.user = 'A'
      await visit(tab).getToken()
      expect(tab.session.has(KEY)).toBe(false)
    })

    it('the same proof of the same user, said again on every route, changes nothing', async () => {
      service.user = 'A'
      const visitor = visit(openTab(), { userToken: 'jwt' })
      await visitor.getToken()
      visitor.identify({ userToken: 'jwt' })
      expect([visitor.state.epoch, visitor.peek()?.subject]).toEqual([0, 's_user_A'])
    })

    it('a page that names its user at each load finds what they had open; after another user it is gone', async () => {
      service.user = 'A'
      const first = visit(openTab())
      await first.getToken()
      first.remember({ conversationId: '42' })
      first.destroy()
      const again = visit(openTab())
      again.identify()
      await again.getToken()
      expect(again.recall()).toEqual({ conversationId: '42' })
      service.user = 'B'
      again.identify()
      await again.getToken()
      expect(again.recall()).toEqual({})
      expect(JSON.stringify([...origin.local])).not.toContain('42')
    })

    it('T20: logs out at once, tells the server, and starts a stranger', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab, { userToken: 'jwt' })
      const heard = record(visitor)
      await visitor.getToken()
      visitor.remember({ conversationId: '42' })
      const { signal } = visitor
      visitor.logout()
      expect(signal.aborted).toBe(true)
      expect(visitor.peek()).toBeUndefined()
      expect([...tab.session.keys(), ...origin.local.keys()]).toEqual([])
      expect(visitor.state).toMatchObject({ status: 'unknown', epoch: 1 })
      await settle()
      expect(service.requests[1]).toMatchObject({
        end: true,
        expect: 'user',
        headers: { authorization: 'Bearer jwt' },
        init: { keepalive: true },
      })
      expect(await outcome(visitor.getToken())).toBe('s_visitor_2')
      expect(service.requests[2]?.expect).toBe('anonymous')
      expect(service.requests[2]?.headers).not.toHaveProperty('authorization')
      expect(heard).toEqual(['session s_user_A', 'change logout', 'session s_visitor_2'])
    })

    it('forgets an anonymous visitor here and at the service, and is another one at once', async () => {
      const tab = openTab()
      const visitor = visit(tab)
      const heard = record(visitor)
      await visitor.getToken()
      visitor.remember({ conversationId: '42' })
      visitor.forget()
      expect([...tab.session.keys(), ...origin.local.keys()]).toEqual([])
      await settle()
      expect(service.requests[1]).toMatchObject({ end: true, expect: 'anonymous' })
      expect(await outcome(visitor.getToken())).toBe('s_visitor_2')
      expect(heard).toEqual(['session s_visitor_1', 'change forgotten', 'session s_visitor_2'])
    })

    it('forgets what was kept of a user, who stays signed in', async () => {
      service.user = 'A'
      const visitor = visit(openTab(), { userToken: 'jwt' })
      await visitor.getToken()
      visitor.remember({ conversationId: '42' })
      visitor.forget()
      expect([...origin.local.keys()]).toEqual([])
      expect(await outcome(visitor.getToken())).toBe('s_user_A')
      expect(service.requests.map(({ end = false }) => end)).toEqual([false, false])
      expect(visitor.recall()).toEqual({})
    })

    it('logs out offline', async () => {
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      service.script = () => Promise.reject(new TypeError('offline'))
      visitor.logout()
      await settle()
      expect(visitor.state).toMatchObject({ status: 'unknown', sessionId: undefined })
      expect([...tab.session.keys()]).toEqual([])
    })

    it('F33: signed out where a user is required is one event and no retry until something changes', async () => {
      const visitor = visit(openTab(), { user: 'required' })
      const heard = record(visitor)
      expect(await outcome(visitor.getToken())).toBe('signed_out')
      expect(await outcome(visitor.getToken())).toBe('signed_out')
      visitor.warmUp()
      await clock.advance(DAY)
      expect(service.requests).toHaveLength(1)
      expect(heard).toEqual(['change signed-out', 'signed-out'])
      expect(visitor.state.status).toBe('signed-out')
      service.user = 'A'
      visitor.identify()
      expect(await outcome(visitor.getToken())).toBe('s_user_A')
    })

    it.each(['required', 'auto'] as const)(
      'F33: who signs in elsewhere and tries again here is asked about anew, and never becomes anonymous (user: %s)',
      async (user) => {
        service.user = 'A'
        const visitor = visit(openTab(), { user })
        await visitor.getToken()
        service.user = undefined
        await clock.advance(900_000)
        const before = service.questions
        expect(await outcome(visitor.getToken())).toBe('signed_out')
        expect(service.questions).toBe(before + 1)
        // An open chat asks again by itself, at once.
        expect(await outcome(visitor.getToken())).toBe('signed_out')
        expect(service.questions).toBe(before + 1)
        await clock.advance(2_000)
        service.user = 'B'
        expect(await outcome(visitor.getToken())).toBe('s_user_B')
        expect(visitor.state.status).toBe('signed-in')
      },
    )

    it('F33: logging out where a user is required asks for nothing', async () => {
      service.user = 'A'
      const visitor = visit(openTab(), { user: 'required' })
      await visitor.getToken()
      const heard = record(visitor)
      visitor.logout()
      await clock.advance(60_000)
      expect(await outcome(visitor.getToken())).toBe('signed_out')
      expect(heard).toEqual(['change logout', 'signed-out'])
      expect(service.questions).toBe(1)
    })

    it('a user whose sign-in has ended is never silently an anonymous visitor', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      const heard = record(visitor)
      service.user = undefined
      await clock.advance(900_000)
      expect(heard).toEqual(['change signed-out', 'signed-out'])
      expect(service.requests[1]?.expect).toBe('user')
    })

    it('F34: an anonymous answer where a user is expected is signed_out', async () => {
      service.script = () => json({ access_token: 'czs_x', expires_in: 900, kind: 'anonymous', subject: 's_odd' })
      const visitor = visit(openTab(), { user: 'required' })
      expect(await outcome(visitor.getToken())).toBe('signed_out')
      expect(visitor.peek()).toBeUndefined()
    })

    it('F34: another kind under the same subject is another visitor', async () => {
      let kind = 'anonymous'
      service.script = () => json({ access_token: `czs_${kind}`, expires_in: 900, kind, subject: 's_same' })
      const visitor = visit(openTab())
      await visitor.getToken()
      const heard = record(visitor)
      kind = 'user'
      await clock.advance(845_000)
      expect(heard).toEqual(['change other-user', 'session s_same'])
    })
  })

  describe('a change of visitor', () => {
    it('F20: B is noticed by the subject; everything of A has gone before B is named', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      visitor.remember({ conversationId: '42' })
      const seen: unknown[] = []
      visitor.on('change', () => seen.push(visitor.peek(), visitor.state.subject, visitor.recall(), origin.local.size))
      const heard = record(visitor)
      const { signal } = visitor
      service.user = 'B'
      await clock.advance(845_000)
      expect(seen).toEqual([undefined, undefined, {}, 0])
      expect(signal.aborted).toBe(true)
      expect(heard).toEqual(['change other-user', 'session s_user_B'])
      expect(visitor.peek()).toMatchObject({ subject: 's_user_B', text: 'czs_2' })
      expect(service.questions).toBe(2)
    })

    it('F21: the epoch has ended before anybody is told, and what was remembered is gone', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      visitor.remember({ conversationId: '1' })
      const seen: unknown[] = []
      visitor.signal.addEventListener('abort', () => {
        const { epoch, subject, sessionId } = visitor.state
        seen.push(epoch, subject, sessionId, visitor.recall(), visitor.peek(), visitor.signal.aborted)
      })
      visitor.logout()
      expect(seen).toEqual([1, undefined, undefined, {}, undefined, false])
      expect([tab.session.size, origin.local.size]).toEqual([0, 0])
    })

    it('F21: a listener of the change that logs out is not overtaken by the visitor whom the server has named', async () => {
      service.user = 'A'
      const visitor = visit(openTab())
      await visitor.getToken()
      const heard = record(visitor)
      const off = visitor.on('change', () => {
        off()
        visitor.logout()
      })
      service.user = 'B'
      await clock.advance(845_000)
      expect(visitor.state).toMatchObject({ epoch: 2, subject: undefined, status: 'unknown' })
      expect(visitor.peek()).toBeUndefined()
      expect(heard).toEqual(['change other-user', 'change logout'])
    })

    it("F20: whoever asked on A's behalf is told aborted, and does not get B's token", async () => {
      service.user = 'A'
      const visitor = visit(openTab())
      const first = await visitor.getToken()
      service.user = 'B'
      expect(await outcome(visitor.getToken({ rejected: first.text }))).toBe('aborted')
      expect(await outcome(visitor.getToken())).toBe('s_user_B')
    })

    it('F21, F23: 24 orders of three answers and an end of the epoch write nothing of an old epoch', async () => {
      const orders = (items: number[]): number[][] =>
        items.length < 2
          ? [items]
          : items.flatMap((item) => orders(items.filter((other) => other !== item)).map((rest) => [item, ...rest]))
      for (const end of ['logout', 'identify'] as const) {
        for (const order of orders([0, 1, 2, 3])) {
          const tab = openTab()
          const visitor = visit(tab)
          const answers: (() => void)[] = []
          const subjects = ['s_A', 's_B', 's_C']
          let asked = 0
          service.script = (request) => {
            if (request.end) return json({})
            const subject = subjects[asked++ % 3]
            return new Promise((resolve) =>
              answers.push(() =>
                resolve(json({ access_token: `czs_${subject}`, expires_in: 900, kind: 'user', subject })),
              ),
            )
          }
          const written: { epoch: number; subject: string }[] = []
          visitor.on('session', ({ subject }) => written.push({ epoch: visitor.state.epoch, subject }))
          const epochOfQuestion: number[] = []
          const calls: Promise<string>[] = []
          // Three questions, each in an epoch of its own; the last event ends an epoch once more, at any place in the order.
          for (let question = 0; question < 3; question++) {
            if (question > 0) visitor[end]()
            epochOfQuestion.push(visitor.state.epoch)
            calls.push(outcome(visitor.getToken()))
            await settle()
          }
          let finalEpoch = visitor.state.epoch
          for (const event of order) {
            if (event === 3) {
              visitor[end]()
              finalEpoch = visitor.state.epoch
            } else answers[event]?.()
            await settle()
          }
          const label = `${end} ${order.join()}`
          for (const { epoch, subject } of written) {
            expect([label, epoch]).toEqual([label, epochOfQuestion[subjects.indexOf(subject)]])
          }
          const lastStood = order.indexOf(2) < order.indexOf(3)
          expect([label, await Promise.all(calls)]).toEqual([
            label,
            ['aborted', 'aborted', lastStood && end === 'identify' ? 's_C' : lastStood ? 's_C' : 'aborted'],
          ])
          expect([label, visitor.state.epoch, visitor.peek()]).toEqual([label, finalEpoch, undefined])
          expect([...tab.session.keys()]).toEqual([])
          visitor.destroy()
        }
      }
    })

    it.each(['logout', 'identify'] as const)(
      'F21: %s at any step of an answer writes nothing of the old epoch',
      async (end) => {
        for (let step = 0; step < 60; step++) {
          const tab = openTab()
          service.user = 'A'
          const visitor = visit(tab)
          const heard = record(visitor)
          const first = outcome(visitor.getToken())
          for (let tick = 0; tick < step; tick++) await Promise.resolve()
          visitor[end]()
          const before = heard.length
          await settle()
          expect([step, heard.slice(before), visitor.state.subject, visitor.peek()]).toEqual([
            step,
            [],
            undefined,
            undefined,
          ])
          expect([step, [...tab.session.keys()]]).toEqual([step, []])
          expect(['aborted', 's_user_A']).toContain(await first)
          visitor.destroy()
        }
      },
    )

    it('F9: a page back from the back/forward cache hides, checks, and shows the same visitor again', async () => {
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      const heard = record(visitor)
      tab.page.signal('left')
      clock.sleep(5_000)
      tab.page.signal('restored', 'woke')
      expect(visitor.state.checking).toBe(true)
      expect(visitor.peek()).toBeUndefined()
      await settle()
      expect(heard).toEqual(['checking true', 'checking false'])
      expect(visitor.state.epoch).toBe(0)
    })

    it('F9: back after a logout, the previous user is never shown again', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      const heard = record(visitor)
      tab.page.signal('left')
      service.user = undefined
      tab.page.signal('restored', 'woke')
      await settle()
      expect(heard).toEqual(['checking true', 'change signed-out', 'checking false', 'signed-out'])
    })
  })

  describe('several tabs', () => {
    it('a new tab is a stranger; with session "device" it is the same visitor', async () => {
      const [first, second] = [visit(openTab()), visit(openTab())]
      expect(await outcome(first.getToken())).toBe('s_visitor_1')
      expect(await outcome(second.getToken())).toBe('s_visitor_2')
      const onDevice = [visit(openTab(), { session: 'device' }), visit(openTab(), { session: 'device' })]
      const subjects = Promise.all(onDevice.map((visitor) => outcome(visitor.getToken())))
      await clock.advance(300)
      expect(new Set(await subjects).size).toBe(1)
    })

    it('two widgets on one page are one visitor', async () => {
      const tab = openTab()
      const [left, right] = [visit(tab), visit(tab, { botId: '74' })]
      const subjects = Promise.all([outcome(left.getToken()), outcome(right.getToken())])
      await clock.advance(400)
      expect(new Set(await subjects).size).toBe(1)
    })

    it.each([true, false])('F15: a duplicated tab becomes a visitor of its own (locks: %s)', async (locks) => {
      origin = createFakeOrigin(clock, { locks })
      const tab = openTab()
      const original = visit(tab)
      const first = outcome(original.getToken())
      await clock.advance(200)
      expect(await first).toBe('s_visitor_1')
      const copyTab = openTab(tab)
      const copy = visit(copyTab)
      const second = outcome(copy.getToken())
      await clock.advance(3_200)
      expect(await second).toBe('s_visitor_2')
      expect(copyTab.session.get(KEY)).not.toBe(tab.session.get(KEY))
      const kept = outcome(original.getToken({ rejected: original.peek()?.text }))
      await clock.advance(100)
      expect(await kept).toBe('s_visitor_1')
    })

    it('F15: a page that was left gives its id back, and claims it again when it returns', async () => {
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      const name = `coze-chat-tab:${fingerprint(tab.session.get(KEY) ?? '')}`
      expect(origin.locks?.held).toContain(name)
      tab.page.signal('left')
      await settle()
      expect(origin.locks?.held).not.toContain(name)
      const heard = record(visitor)
      tab.page.signal('restored', 'woke')
      await settle()
      expect(origin.locks?.held).toContain(name)
      expect(heard).toEqual(['checking true', 'checking false'])
    })

    it('F15: returning to a page whose copy has taken over starts a new visitor', async () => {
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      tab.page.signal('left')
      await settle()
      const copy = visit(openTab(tab))
      expect(await outcome(copy.getToken())).toBe('s_visitor_1')
      const heard = record(visitor)
      tab.page.signal('restored', 'woke')
      await clock.advance(3_100)
      expect(heard).toContain('change copied-tab')
      expect(await outcome(visitor.getToken())).not.toBe('s_visitor_1')
    })

    it('F25: eight tabs of a user that wake together make one request a round', async () => {
      service.user = 'A'
      const tabs = Array.from({ length: 8 }, openTab)
      const visitors = tabs.map((tab) => visit(tab))
      for (const visitor of visitors) await visitor.getToken()
      await clock.advance(300)
      for (let round = 0; round < 12; round++) {
        const before = service.questions
        clock.sleep(1_000_000, true)
        for (const tab of tabs) tab.page.signal('woke')
        const texts = Promise.all(visitors.map((visitor) => visitor.getToken()))
        await clock.advance(300)
        expect(new Set((await texts).map(({ text }) => text)).size).toBe(1)
        expect(service.questions - before).toBe(1)
      }
    })

    it('F25: a token that a frozen tab hears of late counts with its age', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      await settle()
      const offer = {
        type: 'token',
        access_token: 'czs_late',
        expires_in: 1_800,
        subject: 's_user_A',
        kind: 'user',
      }
      origin.say(`coze-chat:${TOKEN_URL}`, { ...offer, at: clock.now() - 1_500_000 })
      await settle()
      expect(visitor.peek()?.text).toBe('czs_1')
      origin.say(`coze-chat:${TOKEN_URL}`, { ...offer, at: clock.now() - 500_000 })
      await settle()
      expect(visitor.peek()?.text).toBe('czs_late')
      expect(visitor.state.tokenExpiresInMs).toBe(1_300_000)
    })

    it('T22, T44: a token that another tab offers for another place than the endpoint has named is not taken', async () => {
      service.user = 'A'
      const visitor = visit(openTab())
      await visitor.getToken()
      await settle()
      const offer = { type: 'token', access_token: 'czs_other', expires_in: 1_800, subject: 's_user_A', kind: 'user' }
      origin.say(`coze-chat:${TOKEN_URL}`, { ...offer, api_base: 'https://evil.example', at: clock.now() })
      await settle()
      expect(visitor.peek()?.text).toBe('czs_1')
      origin.say(`coze-chat:${TOKEN_URL}`, { ...offer, at: clock.now() })
      await settle()
      expect(visitor.peek()?.text).toBe('czs_other')
    })

    it('F26: a lock held by a frozen tab delays a token by two seconds and no more', async () => {
      service.user = 'A'
      const visitor = visit(openTab())
      await visitor.getToken()
      await clock.advance(100)
      origin.locks?.freeze('coze-chat-token:s_user_A')
      clock.sleep(1_000_000, true)
      const token = visitor.getToken()
      await clock.advance(1_900)
      expect(service.questions).toBe(1)
      await clock.advance(200)
      expect((await token).text).toBe('czs_2')
    })

    it.each([true, false])('F22: a logout reaches the other tabs of that user at once (locks: %s)', async (locks) => {
      origin = createFakeOrigin(clock, { locks })
      service.user = 'A'
      const [one, other] = await twoVisits()
      const heard = record(other)
      service.user = undefined
      one.logout()
      await clock.advance(100)
      expect(heard).toEqual(['checking true', 'change signed-out', 'checking false', 'signed-out'])
      expect(other.peek()).toBeUndefined()
    })

    it('F22: a site that signs out after the chat, as it should: the other tab is emptied within a second', async () => {
      service.user = 'A'
      const [one, other] = await twoVisits()
      const heard = record(other)
      one.logout()
      await clock.advance(200)
      service.user = 'B'
      await clock.advance(700)
      expect(heard).toContain('change other-user')
      expect(other.state).toMatchObject({ subject: 's_user_B', checking: false })
    })

    it('F22: a site that takes seconds to sign out: the other tab follows, and hides no longer than it asks', async () => {
      service.user = 'A'
      const [one, other] = await twoVisits()
      one.logout()
      await clock.advance(4_000)
      expect(other.state).toMatchObject({ subject: 's_user_A', checking: false })
      service.user = 'B'
      await clock.advance(7_000)
      expect(other.state).toMatchObject({ subject: 's_user_B', checking: false })
    })

    it.each([
      ['somebody else has signed in', 'B', ['change other-user', 'session s_user_B']],
      ['nobody is signed in', undefined, ['change signed-out', 'signed-out']],
      ['the user is still there', 'A', []],
    ])(
      'F22: whoever comes back after a minute is asked about, though no tab has told of a logout: %s',
      async (_, user, heardThen) => {
        service.user = 'A'
        const tab = openTab()
        const visitor = visit(tab)
        await visitor.getToken()
        const heard = record(visitor)
        await clock.advance(59_000)
        tab.page.signal('woke')
        await settle()
        expect(service.questions).toBe(1)
        await clock.advance(2_000)
        service.user = user
        tab.page.signal('woke')
        await settle()
        expect(service.questions).toBe(2)
        expect(heard.filter((line) => !line.startsWith('token'))).toEqual(heardThen)
      },
    )

    it('F22: who is signed in by a token in the page is not asked about: it names them until it ends, whoever sits there', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab, { userToken: 'v1.a.b.c.d' })
      await visitor.getToken()
      await clock.advance(120_000)
      tab.page.signal('woke')
      await settle()
      expect(service.questions).toBe(1)
    })

    it('F22: a hidden tab checks when it is looked at', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab)
      await visitor.getToken()
      await settle()
      tab.page.hidden = true
      tab.page.signal('hidden')
      service.user = undefined
      origin.say(`coze-chat:${TOKEN_URL}`, { type: 'ended', subject: 's_user_A' })
      await clock.advance(60_000)
      expect([service.questions, visitor.peek()]).toEqual([1, undefined])
      tab.page.hidden = false
      tab.page.signal('woke')
      await settle()
      expect(visitor.state.status).toBe('signed-out')
    })

    it('F22: with session "device" a logout ends the visitor in every tab', async () => {
      const [one, other] = [visit(openTab(), { session: 'device' }), visit(openTab(), { session: 'device' })]
      await one.getToken()
      const token = other.getToken()
      await clock.advance(100)
      const { subject } = await token
      one.logout()
      await clock.advance(100)
      expect(other.state.epoch).toBe(1)
      expect(other.state.subject).not.toBe(subject)
    })

    it('T22: hostile and foreign messages change nobody and cost one question in five seconds at most', async () => {
      service.user = 'A'
      const visitor = visit(openTab())
      await visitor.getToken()
      await settle()
      const channel = `coze-chat:${TOKEN_URL}`
      const good = { type: 'token', access_token: 'czs_x', expires_in: 1_800, at: clock.now() }
      const hostile = [
        {},
        { type: 'token' },
        { type: 'ended', subject: 's_user_B' },
        { type: 'ended', subject: null, access_token: 'czs_x', expires_in: 1_800, at: clock.now() },
        { type: 'session', subject: 's_user_A', session_id: 'x'.repeat(30) },
        { ...good, subject: 's_user_B', kind: 'user' },
        { ...good, subject: 's_user_A', kind: 'anonymous' },
        { ...good, subject: 's_user_A', kind: 'user', at: clock.now() + DAY },
        { ...good, subject: 's_user_A', kind: 'user', access_token: 'pat_x' },
        { ...good, subject: 's_user_A', kind: 'user', access_token: { toString: null } },
        { ...good, subject: 's_user_A', kind: 'user', expires_in: Number.POSITIVE_INFINITY },
        { ...good, subject: 's_user_A', kind: 'user', error: 'signed_out' },
      ]
      for (const message of hostile) origin.say(channel, message)
      await settle()
      expect(visitor.peek()?.text).toBe('czs_1')
      expect(service.questions).toBe(1)
      for (let second = 0; second < 60; second++) {
        origin.say(channel, second % 2 ? { type: 'ended' } : { type: 'ended', subject: 's_user_A' })
        await clock.advance(1_000)
      }
      expect(service.questions).toBeLessThanOrEqual(1 + 13)
      expect(visitor.state).toMatchObject({ subject: 's_user_A', epoch: 0 })
    })
  })

  describe('faults', () => {
    it('F37: while a renewal hangs, the token at hand is answered at once', async () => {
      const visitor = visit(openTab())
      await visitor.getToken()
      service.script = () => new Promise(() => {})
      await clock.advance(845_000)
      expect(visitor.peek()?.text).toBe('czs_1')
      expect((await visitor.getToken()).text).toBe('czs_1')
    })

    it('F27: a service that never answers is given up after ten seconds', async () => {
      service.script = () => new Promise(() => {})
      const visitor = visit(openTab())
      const heard = record(visitor)
      const code = outcome(visitor.getToken())
      await clock.advance(9_900)
      expect(heard).toEqual([])
      await clock.advance(15_000)
      expect(await code).toBe('timeout')
      expect(heard).toEqual(['error timeout'])
      expect(clock.pending).toBe(0)
    })

    it('F53: a blocker costs a few tries, one quiet error, and then silence', async () => {
      service.script = () => Promise.reject(new TypeError('blocked'))
      const visitor = visit(openTab())
      const heard = record(visitor)
      visitor.warmUp()
      await clock.advance(DAY)
      expect(heard).toEqual(['error network'])
      expect(service.requests.length).toBeLessThan(12)
      expect(clock.pending).toBe(0)
    })

    it('F16, F17: without storage the visitor lives in memory and says so', async () => {
      const tab = openTab()
      const visitor = createVisitor({ tokenUrl: TOKEN_URL }, bundledParts, {
        ...tab.platform,
        openStorage: () => ({
          persistent: false,
          get: () => undefined,
          set() {},
          remove() {},
          removeAll() {},
        }),
      })
      const { text } = await visitor.getToken()
      expect(visitor.state).toMatchObject({ persistence: 'memory', subject: 's_visitor_1' })
      const renewed = visitor.getToken({ rejected: text })
      await clock.advance(100)
      expect((await renewed).subject).toBe('s_visitor_1')
    })

    it('F24: what was remembered is read by its own subject only, and is gone after logout', async () => {
      service.user = 'A'
      const tab = openTab()
      const visitor = visit(tab)
      expect(visitor.recall()).toEqual({})
      visitor.remember({ conversationId: '7' })
      await visitor.getToken()
      expect(visitor.recall()).toEqual({})
      visitor.remember({ conversationId: '42' })
      visitor.remember({ conversationId: '42', turnId: '5' })
      expect(visitor.recall()).toEqual({ conversationId: '42', turnId: '5' })
      visitor.remember({ conversationId: '42' })
      expect(visitor.recall()).toEqual({ conversationId: '42' })
      visitor.destroy()
      const again = visit(tab)
      expect(again.recall()).toEqual({})
      await again.getToken()
      expect(again.recall()).toEqual({ conversationId: '42' })
      again.logout()
      expect([...origin.local.values(), ...tab.session.values()].join()).not.toContain('42')
    })

    it('F13: destroyed after any step of its start, it leaves no timer, listener, channel or lock', async () => {
      for (let step = 0; step < 40; step++) {
        const tab = openTab()
        const visitor = visit(tab, { userToken: async () => 'jwt' })
        const code = outcome(visitor.getToken())
        for (let tick = 0; tick < step; tick++) await Promise.resolve()
        visitor.destroy()
        await settle()
        expect([step, await code]).toEqual([step, expect.stringMatching(/^(aborted|s_visitor_\d+)$/)])
        expect([step, clock.pending, tab.page.listeners, tab.channels, origin.locks?.held]).toEqual([step, 0, 0, 0, []])
        expect(await outcome(visitor.getToken())).toBe('aborted')
        visitor.identify()
        visitor.logout()
        expect(visitor.peek()).toBeUndefined()
      }
    })

    it('F13: once destroyed, it neither forgets anybody in other tabs nor asks the token service to', async () => {
      service.user = 'A'
      const visitor = visit(openTab())
      await visitor.getToken()
      visitor.destroy()
      const said = [service.requests.length, origin.messages.length]
      visitor.forget()
      visitor.remember({ conversationId: '7' })
      await settle()
      expect([service.requests.length, origin.messages.length]).toEqual(said)
      expect(visitor.recall()).toEqual({})
      expect(visitor.state).toMatchObject({ status: 'unknown', subject: undefined })
    })

    it('takes the token from a function of the page, whatever it answers', async () => {
      const contexts: unknown[] = []
      let answer: unknown = 'czs_plain'
      const visitor = createVisitor(
        {
          getToken: ({ signal: _, ...context }) => {
            contexts.push(context)
            return answer
          },
        },
        bundledParts,
        openTab().platform,
      )
      const { text } = await visitor.getToken()
      expect(text).toBe('czs_plain')
      answer = json({ access_token: 'czs_response', expires_in: 60 })
      expect((await visitor.getToken({ rejected: text })).text).toBe('czs_response')
      expect(contexts).toEqual([
        { sessionId: visitor.state.sessionId, expect: undefined, renew: false },
        { sessionId: visitor.state.sessionId, expect: undefined, renew: true },
      ])
    })
  })
})
