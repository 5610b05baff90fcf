/** Carries out the knob `failNext`. */
import type { Simulation } from '../../world/simulation.ts'
import type { SimulatorContext } from './context.ts'
import { ApiFailure, failureReply } from './envelope.ts'

/** @returns the failure this call was chosen for; undefined: the call goes on */
export function failOnPurpose(c: SimulatorContext, simulation: Simulation): Response | undefined {
  const { failNext } = simulation.knobs
  if (failNext === null || failNext.times === 0) return undefined
  const { code, status, path, retryAfterSeconds } = failNext
  const isChosen = path === undefined ? /^\/v[13]\//.test(c.req.path) : c.req.path.startsWith(path)
  if (!isChosen) return undefined
  simulation.knobs = { ...simulation.knobs, failNext: { ...failNext, times: failNext.times - 1 } }
  if (retryAfterSeconds !== undefined) c.header('retry-after', String(retryAfterSeconds))
  if (code === undefined) {
    const page = `<html><body><h1>${status ?? 500}</h1></body></html>`
    return c.body(page, (status ?? 500) as 500, { 'content-type': 'text/html' })
  }
  const reply = failureReply(c, simulation, new ApiFailure(code))
  return status === undefined ? reply : new Response(reply.body, { status, headers: reply.headers })
}
