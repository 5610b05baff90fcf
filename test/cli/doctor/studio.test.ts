import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type DoctorOptions, doctor } from '../../../src/cli/doctor/doctor.ts'
import { formatReport } from '../../../src/cli/report/findings.ts'
import { SIMULATOR_IDS } from '../../../src/simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../../src/simulator/node.ts'

const { botId } = SIMULATOR_IDS
let studio: RunningSimulator
beforeAll(async () => {
  studio = await startSimulator({ knobs: { flavour: 'studio' } })
})
afterEach(() => studio.simulator.reset())
afterAll(() => studio.close())

async function examine({ env = {}, ...options }: DoctorOptions = {}) {
  const { personalToken } = studio.simulator.credentials
  const given = { COZE_API_BASE: studio.url, COZE_PERSONAL_TOKEN: personalToken, COZE_BOT_IDS: botId, ...env }
  const report = await doctor({ env: given, ...options })
  const found = report.findings.map(({ id, outcome }) => `${id} ${outcome}`)
  return { report, found, cureOf: (id: string) => report.findings.find((finding) => finding.id === id)?.cure }
}

describe('doctor in front of Coze Studio', () => {
  it('F93: finds everything in order in what Studio really answers, and shows no token', async () => {
    const { report, found } = await examine()
    expect(found).toEqual([
      'settings ok',
      'reach ok',
      'clock ok',
      'token ok',
      `agent ${botId} ok`,
      'permissions ok',
      'chat ok',
      'redis not_applicable',
    ])
    expect(formatReport(report) + JSON.stringify(report)).not.toContain('pat_')
    expect(studio.simulator.dump().sessions.flatMap(({ conversations }) => conversations)).toEqual([])
  })

  it('F93: tells a token that is not known, an agent that is not there, and an address that is no Studio', async () => {
    const refused = await examine({ env: { COZE_PERSONAL_TOKEN: 'pat_unknown' } })
    expect(refused.found).toContain('token problem')
    expect(refused.cureOf('token')).toMatch(/personal access token/)
    expect((await examine({ env: { COZE_BOT_IDS: '1' } })).found).toContain('agent 1 problem')
    const elsewhere = await examine({ fetch: async () => new Response('<html></html>') })
    expect(elsewhere.found).toContain('token problem')
    const without = await examine({ env: { COZE_API_BASE: 'http://studio.example' } })
    expect([without.found, without.cureOf('settings')]).toEqual([['settings problem'], expect.stringMatching(/https/)])
  })
})
