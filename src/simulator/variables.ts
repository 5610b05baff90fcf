/** `/v1/variables`: what the agent keeps about one user of one session. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { authorize, type Caller } from './authorize.ts'
import { done, ok, optionalText, readBody } from './replies.ts'
import type { Simulation, SimulatorContext, SimulatorEnv } from './simulation.ts'
import type { StoredVariable } from './store.ts'
import { DEFAULT_CONNECTOR } from './world.ts'

const updateSchema = v.object({
  connector_uid: v.string(),
  connector_id: optionalText,
  data: v.array(v.object({ keyword: v.string(), value: v.string() })),
})

export function addVariables(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  const read = (c: SimulatorContext) => {
    const caller = authorize(c, simulation, 'variables')
    const { connector_uid: userId = '', connector_id: connectorId, keywords = '' } = c.req.query()
    const wanted = keywords.split(',').filter((keyword) => keyword !== '')
    const items = [...bucket(simulation, caller, connectorId || DEFAULT_CONNECTOR, userId)]
      .filter(([keyword]) => wanted.length === 0 || wanted.includes(keyword))
      .map(([keyword, { value, createdAt, updatedAt }]) => ({
        keyword,
        value,
        create_time: createdAt,
        update_time: updatedAt,
      }))
    return ok(c, { items })
  }
  app.get('/v1/variables', read)

  app.put('/v1/variables', async (c) => {
    const caller = authorize(c, simulation, 'variables')
    const body = await readBody(c, updateSchema)
    const key = bucketKey(caller, body.connector_id ?? DEFAULT_CONNECTOR, body.connector_uid)
    const variables = simulation.store.variables.get(key) ?? new Map<string, StoredVariable>()
    simulation.store.variables.set(key, variables)
    const now = simulation.nowSeconds()
    for (const { keyword, value } of body.data) {
      variables.set(keyword, { value, createdAt: variables.get(keyword)?.createdAt ?? now, updatedAt: now })
    }
    return done(c)
  })
}

/** The variables as the agent sees them: keyword → value. */
export function variablesOf(
  simulation: Simulation,
  caller: Caller,
  connectorId: string,
  userId: string,
): Record<string, string> {
  const variables = bucket(simulation, caller, connectorId, userId)
  return Object.fromEntries(Array.from(variables, ([keyword, { value }]) => [keyword, value]))
}

function bucket(simulation: Simulation, caller: Caller, connectorId: string, userId: string) {
  return simulation.store.variables.get(bucketKey(caller, connectorId, userId)) ?? new Map<string, StoredVariable>()
}

function bucketKey({ owner }: Caller, connectorId: string, userId: string): string {
  return JSON.stringify([owner, connectorId, userId])
}
