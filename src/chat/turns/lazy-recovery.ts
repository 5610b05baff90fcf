/** Loads the recovery when a turn is lost. Where it cannot be loaded, what is on screen stays, and trying again loads it again. */
import type { Part } from '../../platform/part.ts'
import type { RecoveryPart } from '../chat-parts.ts'
import { INTERRUPTED } from './turn.ts'
import type { TurnRecovery } from './turn-recovery.ts'
import type { TurnRunner } from './turn-runner.ts'

/** @param create makes it, once its code is there */
export function createLazyRecovery(
  part: Part<RecoveryPart>,
  runner: TurnRunner,
  create: (module: RecoveryPart) => TurnRecovery,
): TurnRecovery {
  const load = async () => create(part.loaded ?? (await part.load()))

  /** @returns undefined where it cannot be loaded */
  const tryToLoad = () => load().catch(() => undefined)

  return {
    async follow(turn, problem) {
      const recovery = await tryToLoad()
      if (recovery !== undefined) await recovery.follow(turn, problem)
      else if (turn.stopped) await runner.cancelAtServer(turn)
      // The question is at the server: trying again looks for its answer and does not ask once more.
      else runner.fail(turn, INTERRUPTED, 'interrupted')
    },
    findQuestion: async (turn, question) => (await load()).findQuestion(turn, question),
    deleteMessages: async (turn, turnId) => (await tryToLoad())?.deleteMessages(turn, turnId),
    waitUntilFree: async (turn) => (await tryToLoad())?.waitUntilFree(turn),
  }
}
