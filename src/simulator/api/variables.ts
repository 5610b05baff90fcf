/** `/v1/variables`: what the owner's app keeps about one user of one session. */
import type { Hono } from 'hono'
import * as v from 'valibot'
import { DEFAULT_CONNECTOR } from '../world/catalogue.ts'
import type { Simulation } from '../world/simulation.ts'
import { type StoredVariable, variablesKey } from '../world/store.ts'
import { authorize } from './call/authorize.ts'
import type { SimulatorEnv } from './call/context.ts'
import { dataReply, emptyReply } from './call/envelope.ts'
import { optionalText, readBody } from './call/request-body.ts'

const updateSchema = v.object({
  connector_uid: v.string(),
  connector_id: optionalText,
  data: v.array(v.object({ keyword: v.string(), value: v.string() })),
})

export function addVariables(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.get('/v1/variables', (c) => {
    const caller = authorize(c, simulation, 'variables')
    const { connector_uid: userId = '', connector_id: connectorId, keywords = '' } = c.req.query()
    const wanted = keywords.split(',').filter((keyword) => keyword !== '')
    const key = variablesKey(caller.owner, connectorId || DEFAULT_CONNECTOR, userId)
    const items = [...(simulation.store.variables.get(key) ?? [])]
      .filter(([keyword]) => wanted.length === 0 || wanted.includes(keyword))
      .map(([keyword, { value, createdAt, updatedAt }]) => ({
        keyword,
        value,
        create_time: createdAt,
        update_time: updatedAt,
      }))
    return dataReply(c, { items })
  })

  app.put('/v1/variables', async (c) => {
    const caller = authorize(c, simulation, 'variables')
    const body = await readBody(c, updateSchema)
    const key = variablesKey(caller.owner, body.connector_id ?? DEFAULT_CONNECTOR, body.connector_uid)
    const variables = simulation.store.variables.get(key) ?? new Map<string, StoredVariable>()
    simulation.store.variables.set(key, variables)
    const now = simulation.nowSeconds()
    for (const { keyword, value } of body.data) {
      variables.set(keyword, { value, createdAt: variables.get(keyword)?.createdAt ?? now, updatedAt: now })
    }
    return emptyReply(c)
  })
}
