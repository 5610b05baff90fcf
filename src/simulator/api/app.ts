/** All routes of the simulated Coze, and what every call passes through before it reaches one. */
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { createLogId } from '../world/ids.ts'
import { type Simulation, sleep } from '../world/simulation.ts'
import { addAgents } from './agents.ts'
import { addAudio } from './audio.ts'
import type { SimulatorContext, SimulatorEnv } from './call/context.ts'
import { ApiFailure, failureReply } from './call/envelope.ts'
import { failOnPurpose } from './call/fail-next.ts'
import { loggedBody, type RequestLog } from './call/request-log.ts'
import { addChats } from './chat/chats.ts'
import { addWorkflowChat } from './chat/workflow-chat.ts'
import { addControl } from './control.ts'
import { addConversations } from './conversation/conversations.ts'
import { addMessages } from './conversation/messages.ts'
import { addFiles } from './files.ts'
import { addOAuth } from './oauth.ts'
import { addPictures } from './pictures.ts'
import type { SimulatorControls } from './simulator-controls.ts'
import { addStudio } from './studio/studio-calls.ts'
import { addVariables } from './variables.ts'

const MAX_BODY_CHARACTERS = 20 * 1024 * 1024

export function createApp(simulation: Simulation, controls: SimulatorControls, log: RequestLog): Hono<SimulatorEnv> {
  // The vendor's mini-program client calls `//v3/chat`.
  const getPath = (request: Request) => new URL(request.url).pathname.replace(/\/{2,}/g, '/')
  const app = new Hono<SimulatorEnv>({ getPath })

  app.use(async (c, next) => {
    c.set('logId', createLogId(simulation.clock.now()))
    c.set('sessionName', undefined)
    await next()
    c.header(simulation.knobs.flavour === 'studio' ? 'x-log-id' : 'x-tt-logid', c.get('logId'))
  })
  app.use(
    cors({
      origin: '*',
      allowMethods: ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS'],
      exposeHeaders: ['x-tt-logid', 'retry-after', 'date'],
      maxAge: 600,
    }),
  )
  addControl(app, controls)
  addPictures(app)

  app.use(async (c, next) => {
    await sleep(simulation.clock, simulation.knobs.latencyMs)
    const text = await readText(c)
    await next()
    log.add({
      at: simulation.clock.now(),
      method: c.req.method,
      path: c.req.path,
      query: c.req.query(),
      headers: c.req.header(),
      body: loggedBody(text, c.req.header('content-type') ?? '', c.req.header('content-length') ?? '?'),
      sessionName: c.get('sessionName'),
      status: c.res.status,
    })
  })
  addStudio(app, simulation)
  app.use(async (c, next) => failOnPurpose(c, simulation) ?? (await next()))

  addOAuth(app, simulation)
  addAgents(app, simulation)
  addConversations(app, simulation)
  addMessages(app, simulation)
  addChats(app, simulation)
  addWorkflowChat(app, simulation)
  addFiles(app, simulation)
  addAudio(app, simulation)
  addVariables(app, simulation)

  app.onError((error, c) => {
    if (error instanceof ApiFailure) return failureReply(c, simulation, error)
    console.error('The simulator failed:', error)
    return failureReply(c, simulation, new ApiFailure('internal'))
  })
  return app
}

/** The body as text, which hono keeps for the handler; undefined for a multipart body, which only its handler reads. */
async function readText(c: SimulatorContext): Promise<string | undefined> {
  if (/^multipart\//i.test(c.req.header('content-type') ?? '')) return undefined
  const text = await c.req.text()
  if (text.length > MAX_BODY_CHARACTERS) throw new ApiFailure('badParameter', 'The request body is too large')
  return text
}
