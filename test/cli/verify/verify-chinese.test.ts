import { describe, expect, it, vi } from 'vitest'
import type { Report } from '../../../src/cli/report/findings.ts'
import { verify } from '../../../src/cli/verify/verify.ts'
import { startSimulator } from '../../../src/simulator/node.ts'
import { startGuideService } from '../../bad-example/guide-service.ts'
import { expectChinese, speakChinese } from '../support/chinese.ts'
import { botId, coze, identityOf, type Setup, signedIn, twoSites, verifyOurs } from './attacked-service.ts'
import { HOLES } from './holes.ts'

// Some of these make hundreds of requests, which take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 })

speakChinese()

function expectChineseReport({ subject, findings }: Report): void {
  expectChinese([subject])
  expectChinese(findings.flatMap(({ title, tried, found }) => [title, tried, found]))
  const wrong = findings.filter(({ outcome }) => outcome === 'hole' || outcome === 'failed')
  if (wrong.length > 0) expectChinese(wrong.map(({ cure }) => cure ?? ''))
}

describe('verify in a Chinese terminal', () => {
  it('reports on a sound service in Chinese', async () => {
    const report = await verifyOurs(await twoSites())
    expect(report.ok).toBe(true)
    expectChineseReport(report)
    expectChineseReport(await verifyOurs({ service: { bindTicket: 'cookie' }, flood: 0 }))
  })

  it('says in Chinese why a check cannot be made, or broke off', async () => {
    const byBrowser = await verifyOurs({ service: { anonymous: 'client-id' }, target: {}, flood: 0 })
    expect(byBrowser.findings.filter(({ outcome }) => outcome === 'not_applicable').map(({ id }) => id)).toEqual(
      expect.arrayContaining(['guide', 'T4', 'T10', 'T12', 'T21']),
    )
    expectChineseReport(byBrowser)
    const usersOnly = { identify: signedIn, anonymous: false } as const
    expectChineseReport(await verifyOurs({ service: usersOnly, bearer: [await identityOf('alice')] }))
    const shared = coze.issueToken('everybody')
    const everybody = async () => Response.json({ access_token: shared, expires_in: 900 })
    expectChineseReport(await verifyOurs({ inFront: () => everybody, only: ['guide', 'T1', 'T2'] }))
    const broken = await verifyOurs({ target: { botId: '1' }, only: ['guide'] })
    expect(broken.findings[0]?.outcome).toBe('failed')
    expectChineseReport(broken)
  })

  for (const [id, what, setup] of HOLES) {
    it(`names the hole in Chinese when ${what}`, async () => {
      const report = await verifyOurs({ ...(typeof setup === 'function' ? await setup() : setup), only: [id] })
      expect(report.findings).toMatchObject([{ id, outcome: 'hole' }])
      expectChineseReport(report)
    })
  }

  it('names the holes of a service built like the guide’s in Chinese', async () => {
    const running = await startSimulator()
    const { appId, keyId, privateKeyPem } = running.simulator.credentials
    const service = await startGuideService({ appId, keyId, privateKeyPem, apiBase: running.url })
    const report = await verify({ tokenUrl: service.url, apiBase: running.url, botId })
    await service.close()
    await running.close()
    expect(report.ok).toBe(false)
    expectChineseReport(report)
  })

  it('refuses in Chinese', async () => {
    const refused: Setup[] = [
      { tokenUrl: '/api/coze/token' },
      { only: ['T99'] },
      { target: { appId: '1' } },
      { origin: 'https://elsewhere.example' },
      { fetch: () => Promise.reject(new TypeError('fetch failed')) },
    ]
    for (const setup of refused) {
      const error: unknown = await verifyOurs(setup).catch((thrown: unknown) => thrown)
      expectChinese([error instanceof Error ? error.message : ''])
    }
  })
})
