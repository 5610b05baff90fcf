import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

export interface IdleConnections {
  /** Closes the one that has been idle longest. @returns false where none is idle */
  closeOldest(): boolean
}

/**
 * Ends each connection on which the head of another request is not whole so many milliseconds after the last response. Node's own
 * limits do not: that of headers begins with the request line, and that of idle connections begins again with each empty line in front
 * of it. A connection before its first request is not idle, and `headersTimeout` counts from its opening.
 */
export function limitIdleConnections(server: Server, limitMs: number): IdleConnections {
  /** Requests whose response is not at its end: several where a client does not wait (RFC 9112 section 9.3.2). */
  const running = new Map<Socket, number>()
  /** In the order in which they became idle. */
  const idle = new Map<Socket, NodeJS.Timeout>()

  function endIdle(socket: Socket): void {
    clearTimeout(idle.get(socket))
    idle.delete(socket)
  }

  server.on('connection', (socket) => {
    socket.once('close', () => {
      running.delete(socket)
      endIdle(socket)
    })
  })
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    endIdle(socket)
    running.set(socket, (running.get(socket) ?? 0) + 1)
    response.once('close', () => {
      const others = (running.get(socket) ?? 1) - 1
      running.set(socket, others)
      if (others === 0 && !socket.destroyed) idle.set(socket, setTimeout(() => socket.destroy(), limitMs).unref())
    })
  })

  return {
    closeOldest() {
      const [oldest] = idle.keys()
      if (oldest === undefined) return false
      endIdle(oldest)
      oldest.destroy()
      return true
    },
  }
}
