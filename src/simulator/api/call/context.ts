/** One call to the simulated API, as its handlers see it. */
import type { Context } from 'hono'

export interface SimulatorEnv {
  Variables: {
    /** Sent as `x-tt-logid` and as `detail.logid`. */
    logId: string
    /** Session of the token, for the request log; undefined until a valid token has been read. */
    sessionName: string | null | undefined
  }
}

export type SimulatorContext = Context<SimulatorEnv>
