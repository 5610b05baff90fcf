/** What a test in the same process does with the simulator. Public, so it imports nothing but types of ours. */
import type { SimulatorKnobs, SimulatorKnobsInput } from '../world/knobs.ts'
import type { LoggedRequest } from './call/request-log.ts'
import type { SimulatorDump } from './dump.ts'

export interface SimulatorControls {
  readonly knobs: Readonly<SimulatorKnobs>
  /** @throws TypeError for a knob or a value that does not exist */
  setKnobs(changes: SimulatorKnobsInput): void
  /** The newest calls, oldest first, without those to `/__simulator` and without preflights. */
  readonly requests: readonly LoggedRequest[]
  /**
   * Makes access tokens worthless: one of them, those of a session (null: those without one), or all.
   * @returns how many
   */
  revoke(target?: { token?: string; sessionName?: string | null }): number
  /** An access token without the exchange; null: without a session. `seconds` is its life, 900 by default. */
  issueToken(sessionName: string | null, seconds?: number): string
  /** Forgets tokens, conversations, files and calls, and sets the knobs as they were at the start. Keys and ids stay. */
  reset(): void
  /** What every session holds. */
  dump(): SimulatorDump
}
