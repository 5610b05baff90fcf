/** `/__simulator/…`: the same controls a test has in process, for one that drives a browser. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { CozeSimulator } from './index.ts'
import { readBody, readJson } from './replies.ts'
import type { SimulatorEnv } from './simulation.ts'

const revokeSchema = v.object({ token: v.optional(v.string()), sessionName: v.optional(v.string()) })
const issueSchema = v.object({ sessionName: v.optional(v.string()), seconds: v.optional(v.number()) })

export function addControl(app: Hono<SimulatorEnv>, simulator: CozeSimulator): void {
  app.get('/__simulator/knobs', (c) => c.json(simulator.knobs))
  app.post('/__simulator/knobs', async (c) => {
    const changes = await readJson(c)
    try {
      simulator.setKnobs(changes as Parameters<CozeSimulator['setKnobs']>[0])
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      return c.json({ error: error.message }, 400)
    }
    return c.json(simulator.knobs)
  })
  app.get('/__simulator/requests', (c) => c.json(simulator.requests))
  app.get('/__simulator/dump', (c) => c.json(simulator.dump()))
  app.post('/__simulator/reset', (c) => {
    simulator.reset()
    return c.json({})
  })
  app.post('/__simulator/revoke', async (c) => {
    const { token, sessionName } = await readBody(c, revokeSchema)
    return c.json({ revoked: simulator.revoke({ ...(token && { token }), ...(sessionName && { sessionName }) }) })
  })
  app.post('/__simulator/token', async (c) => {
    const { sessionName, seconds } = await readBody(c, issueSchema)
    return c.json({ access_token: simulator.issueToken(sessionName ?? null, seconds) })
  })
}
