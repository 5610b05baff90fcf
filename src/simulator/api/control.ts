/** `/__simulator/…`: what a test in the same process does with the simulator, over HTTP for one that drives a browser. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import type { SimulatorKnobsInput } from '../world/knobs.ts'
import type { SimulatorEnv } from './call/context.ts'
import { readBody, readJson } from './call/request-body.ts'
import type { SimulatorControls } from './simulator-controls.ts'

const revokeSchema = v.object({ token: v.optional(v.string()), sessionName: v.optional(v.string()) })
const issueSchema = v.object({ sessionName: v.optional(v.string()), seconds: v.optional(v.number()) })

export function addControl(app: Hono<SimulatorEnv>, controls: SimulatorControls): void {
  app.get('/__simulator/knobs', (c) => c.json(controls.knobs))
  app.post('/__simulator/knobs', async (c) => {
    const changes = await readJson(c)
    try {
      // Whatever was sent: setKnobs checks it.
      controls.setKnobs(changes as SimulatorKnobsInput)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      return c.json({ error: error.message }, 400)
    }
    return c.json(controls.knobs)
  })
  app.get('/__simulator/requests', (c) => c.json(controls.requests))
  app.get('/__simulator/dump', (c) => c.json(controls.dump()))
  app.post('/__simulator/reset', (c) => {
    controls.reset()
    return c.json({})
  })
  app.post('/__simulator/revoke', async (c) => {
    const { token, sessionName } = await readBody(c, revokeSchema)
    return c.json({ revoked: controls.revoke({ ...(token && { token }), ...(sessionName && { sessionName }) }) })
  })
  app.post('/__simulator/token', async (c) => {
    const { sessionName, seconds } = await readBody(c, issueSchema)
    return c.json({ access_token: controls.issueToken(sessionName ?? null, seconds) })
  })
}
