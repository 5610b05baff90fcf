import type { Server } from 'node:net'
import type { Clock, TimerHandle } from '../../platform/clock.ts'

const TELL_EVERY_MS = 10_000

/**
 * Lets no more than `max` connections be open at once; further ones are closed as they come. Each costs memory and a file
 * descriptor, and without descriptors Coze and Redis could not be reached either.
 * @param makeRoom closes a connection that nobody needs at this moment, and says whether there was one
 * @param onRefused is told how many were closed: of the first at once, and then at most every ten seconds
 */
export function limitConnections(
  server: Server,
  {
    max,
    clock,
    makeRoom,
    onRefused,
  }: { max: number; clock: Clock; makeRoom: () => boolean; onRefused: (refused: number) => void },
): void {
  let open = 0
  let refused = 0
  let timer: TimerHandle | undefined

  function tell(): void {
    timer = undefined
    if (refused === 0) return
    onRefused(refused)
    refused = 0
    timer = clock.setTimeout(tell, TELL_EVERY_MS)
  }

  // `maxConnections` of Node refuses before anybody could make room.
  server.on('connection', (socket) => {
    if (open < max || makeRoom()) {
      open++
      socket.once('close', () => open--)
      return
    }
    socket.destroy()
    refused++
    if (timer === undefined) tell()
  })
  server.once('close', () => clock.clearTimeout(timer))
}
