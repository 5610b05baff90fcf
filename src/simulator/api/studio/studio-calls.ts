/**
 * Open-source Coze Studio in place of Coze, while the knob `flavour` is `studio`: which calls it has, and its JSON for each
 * (docs/coze.md 8). The handlers answer as Coze does; what they answered is rewritten here.
 */
import type { Hono } from 'hono'
import type { Simulation } from '../../world/simulation.ts'
import type { SimulatorContext, SimulatorEnv } from '../call/context.ts'
import { type FailureForm, studioFailure } from './studio-failures.ts'
import * as json from './studio-json.ts'

interface StudioCall {
  method: string
  path: RegExp
  /** The whole body of a success, from the body that Coze sends. */
  reply: (body: json.CozeBody, simulation: Simulation) => unknown
  /** How a refusal is written. Default: Studio's code, with status 200. */
  failure?: FailureForm
}

/** Studio's routes, https://github.com/coze-dev/coze-studio/blob/main/backend/api/router/coze/api.go . */
const CALLS: readonly StudioCall[] = [
  { method: 'GET', path: /^\/v1\/bots\/\d+$/, reply: json.agent },
  { method: 'GET', path: /^\/v1\/bot\/get_online_info$/, reply: json.agentOnline },
  { method: 'GET', path: /^\/v1\/apps\/\d+$/, reply: json.app },
  { method: 'GET', path: /^\/v1\/workflows\/\d+$/, reply: json.workflow },
  { method: 'GET', path: /^\/v1\/conversations$/, reply: json.conversations },
  { method: 'POST', path: /^\/v1\/conversation\/create$/, reply: json.createdConversation },
  { method: 'POST', path: /^\/v1\/workflow\/conversation\/create$/, reply: json.namedConversation },
  { method: 'GET', path: /^\/v1\/conversation\/retrieve$/, reply: json.retrievedConversation },
  { method: 'PUT', path: /^\/v1\/conversations\/\d+$/, reply: json.renamedConversation },
  { method: 'DELETE', path: /^\/v1\/conversations\/\d+$/, reply: json.nothing },
  { method: 'POST', path: /^\/v1\/conversations\/\d+\/clear$/, reply: json.section },
  { method: 'POST', path: /^\/v1\/conversation\/message\/list$/, reply: json.messages },
  { method: 'POST', path: /^\/v3\/chat$/, reply: json.chat, failure: 'event' },
  { method: 'POST', path: /^\/v3\/chat\/cancel$/, reply: json.cancelledChat, failure: 'bad request' },
  { method: 'GET', path: /^\/v3\/chat\/retrieve$/, reply: json.chat, failure: 'text' },
  { method: 'GET', path: /^\/v3\/chat\/message\/list$/, reply: json.turnMessages },
  { method: 'POST', path: /^\/v1\/workflows\/chat$/, reply: (body) => body, failure: 'workflow' },
  { method: 'POST', path: /^\/v1\/files\/upload$/, reply: json.file },
]

export function addStudio(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.use(async (c, next) => {
    if (simulation.knobs.flavour !== 'studio') return next()
    const call = CALLS.find(({ method, path }) => method === c.req.method && path.test(c.req.path))
    if (call === undefined) return c.text('404 page not found', 404)
    await next()
    if (c.res.headers.get('content-type')?.startsWith('application/json')) c.res = await rewrite(c, call, simulation)
  })
}

async function rewrite(c: SimulatorContext, call: StudioCall, simulation: Simulation): Promise<Response> {
  const body: json.CozeBody = await c.res.json()
  if (body.code !== 0) return studioFailure(c, { code: body.code, msg: body.msg }, call.failure)
  return Response.json(call.reply(body, simulation))
}
