import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { formatReport, type Report } from '../../../src/cli/report/findings.ts'
import { verify } from '../../../src/cli/verify/verify.ts'
import { type RunningSimulator, startSimulator } from '../../../src/simulator/node.ts'
import { startGuideService } from '../../bad-example/guide-service.ts'
import { freePort } from '../../server/support/redis-server.ts'
import {
  appId,
  botId,
  coze,
  type Fetch,
  identityOf,
  signedIn,
  twoSites,
  verifyOurs,
  workflowId,
} from './attacked-service.ts'
import { HOLES } from './holes.ts'

// Some of these make hundreds of requests, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

const outcomes = ({ findings }: Report) => Object.fromEntries(findings.map(({ id, outcome }) => [id, outcome]))

describe('verify', () => {
  it('T1 T2 T3 T4 T5 T6 T7 T8 T9 T10 T11 T12 T15 T20 T21: finds no hole in our service', async () => {
    const report = await verifyOurs(await twoSites())
    expect(report.findings.filter(({ outcome }) => outcome !== 'ok')).toEqual([])
    expect(report.ok).toBe(true)
    expect(report.findings.find(({ id }) => id === 'T12')?.found).toContain('means these made-up headers')
    expect(report.findings.map(({ id }) => id)).toEqual([
      'guide',
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 21].map((number) => `T${number}`),
    ])
  })

  it('says after its flood that whoever ran it has to wait, and how long', async () => {
    const report = await verifyOurs({ only: ['T11'] })
    expect(report.findings[0]?.found).toMatch(/you among them, have to wait \(Retry-After: \d+\)$/)
  })

  it('finds none with ids made by the browser, with a bound ticket, and for a chatflow', async () => {
    const byBrowser = await verifyOurs({ service: { anonymous: 'client-id' }, flood: 0 })
    expect([byBrowser.ok, outcomes(byBrowser)['T3'], outcomes(byBrowser)['T4']]).toEqual([true, 'ok', 'not_applicable'])
    const bound = await verifyOurs({ service: { bindTicket: 'cookie' }, only: ['guide', 'T3', 'T4', 'T5'] })
    expect(new Set(Object.values(outcomes(bound)))).toEqual(new Set(['ok']))
    expect((await verifyOurs({ target: { appId, workflowId }, only: ['guide'] })).ok).toBe(true)
  })

  it('T1 T6 T20: finds none behind our gateway, where browsers hold passes', async () => {
    const service = { gateway: true, bots: [botId] } as const
    const report = await verifyOurs({ service })
    expect(report.findings.filter(({ outcome }) => outcome === 'hole' || outcome === 'failed')).toEqual([])
    expect(outcomes(report)).toMatchObject({ guide: 'ok', T1: 'ok', T6: 'ok', T20: 'ok' })
  })

  it('judges a site without anonymous visitors by two test users', async () => {
    const service = { identify: signedIn, anonymous: false } as const
    await expect(verifyOurs({ service })).rejects.toThrow(/answered 401 anonymous_disabled .*--bearer/)
    const report = await verifyOurs({ service, bearer: [await identityOf('alice'), await identityOf('bob')] })
    expect(report.findings.filter(({ outcome }) => outcome === 'hole' || outcome === 'failed')).toEqual([])
    expect(outcomes(report)).toMatchObject({ guide: 'ok', T1: 'ok', T11: 'ok', T15: 'ok', T20: 'ok' })
  })

  for (const [id, what, setup, found] of HOLES) {
    it(`${id}: names the hole when ${what}`, async () => {
      const report = await verifyOurs({ ...(typeof setup === 'function' ? await setup() : setup), only: [id] })
      expect(report.findings).toMatchObject([{ id, outcome: 'hole', cure: expect.any(String) }])
      expect(report.findings[0]?.found).toMatch(found)
      expect(report.ok).toBe(false)
    })
  }

  it('T10: finds none where identity tokens end within ten minutes', async () => {
    const report = await verifyOurs({ bearer: [await identityOf('alice')], only: ['T10'] })
    expect(outcomes(report)).toEqual({ T10: 'ok' })
  })

  it('names the hole of one session for all', async () => {
    const shared = coze.issueToken('everybody')
    const everybody: Fetch = async () => Response.json({ access_token: shared, expires_in: 900 })
    const report = await verifyOurs({ inFront: () => everybody, only: ['guide', 'T1'] })
    expect(outcomes(report)).toEqual({ guide: 'hole', T1: 'not_applicable' })
    expect(report.findings[0]?.found).toMatch(
      /can open it, read its messages, find it in the list of conversations, continue it/,
    )
  })

  it('counts a check that could not be carried to its end as wrong', async () => {
    const report = await verifyOurs({ target: { botId: '1' }, only: ['guide'] })
    expect(report.findings[0]).toMatchObject({ outcome: 'failed', found: expect.stringContaining('code 4006') })
    expect(report.ok).toBe(false)
  })

  it('says which option is wrong', async () => {
    await expect(verifyOurs({ tokenUrl: '/api/coze/token' })).rejects.toThrow(/--token-url must be a whole address/)
    const nobody = `http://127.0.0.1:${await freePort()}`
    await expect(verify({ tokenUrl: `${nobody}/api/coze/token` })).rejects.toThrow(
      `${nobody} did not answer (ECONNREFUSED).`,
    )
    await expect(verifyOurs({ only: ['T99'] })).rejects.toThrow(/--only knows no T99/)
    await expect(verifyOurs({ origin: 'https://elsewhere.example' })).rejects.toThrow(
      /403 origin_not_allowed .*--origin/,
    )
  })

  it('leaves no conversation behind', async () => {
    const before = coze.dump().sessions.flatMap(({ conversations }) => conversations).length
    await verifyOurs({ flood: 0 })
    expect(coze.dump().sessions.flatMap(({ conversations }) => conversations).length).toBe(before)
  })
})

describe('verify over sockets', () => {
  let running: RunningSimulator
  beforeAll(async () => {
    running = await startSimulator()
  })
  afterAll(() => running.close())

  it('T1 T3 T7 T8 T9 T11 T20: names the holes of a service built like the guide’s', async () => {
    const { appId: oauthAppId, keyId, privateKeyPem } = running.simulator.credentials
    const service = await startGuideService({ appId: oauthAppId, keyId, privateKeyPem, apiBase: running.url })
    const report = await verify({ tokenUrl: service.url, apiBase: running.url, botId })
    await service.close()

    expect(report.ok).toBe(false)
    const holes = report.findings.filter(({ outcome }) => outcome === 'hole').map(({ id }) => id)
    expect(holes).toEqual(['T1', 'T3', 'T7', 'T8', 'T9', 'T11', 'T20'])
    const text = formatReport(report)
    expect(text).toContain('believes user_id in body: whoever knows a name reads its history')
    expect(text).toContain('300 new visitors in a row')
    expect(text).toMatch(/\d ok, 7 wrong, \d not applicable\n$/)
    // It does keep histories apart: everybody gets a session name of their own.
    expect(outcomes(report)['guide']).toBe('ok')
  })
})
