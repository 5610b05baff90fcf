/** Writes server-sent events as the vendor does (docs/coze.md 5.1), with the irregularities that knobs ask for. */

import type { SimulatorKnobs } from '../world/knobs.ts'
import type { ChatKind } from '../world/store.ts'

/** Receives the events of a turn. */
export interface EventSink {
  event(name: string, data: unknown): void
  /** Loses the connection; later events are dropped. */
  cut(how: 'reset' | 'close' | 'half-event' | 'hang'): void
  end(): void
}

/** For turns without a listener: `stream: false`. */
export const silentSink: EventSink = { event() {}, cut() {}, end() {} }

/**
 * One event as text. Agents and chatflows differ in the space after the colon.
 * @param data undefined leaves the field empty
 */
export function formatEvent(name: string, data: unknown, knobs: SimulatorKnobs, kind: ChatKind, id: number): string {
  const { fieldSpace, lineEnd, flavour } = knobs
  const space = fieldSpace === 'one' || (fieldSpace === 'auto' && kind === 'chatflow') ? ' ' : ''
  const json = data === undefined ? '' : JSON.stringify(data).replace(/&/g, '\\u0026')
  const idLine = flavour === 'studio' && kind === 'chatflow' ? `id:${space}${id + 1}${lineEnd}` : ''
  return `${idLine}event:${space}${name}${lineEnd}data:${space}${json}${lineEnd}${lineEnd}`
}

export function createEventStream(knobs: SimulatorKnobs, kind: ChatKind): { body: ReadableStream; sink: EventSink } {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let events = 0
  let broken = false
  const connectionLost = () => new Error('The simulated connection was lost on purpose.')
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(started) {
      controller = started
    },
    // An error would discard what is still queued, so it waits until all of that has been read.
    pull(pulled) {
      if (broken) pulled.error(connectionLost())
    },
    // The client has gone; the agent goes on (docs/coze.md 5.4).
    cancel() {
      controller = undefined
    },
  })

  const write = (text: string) => {
    const bytes = encoder.encode(text)
    const size = knobs.chunkBytes || bytes.length
    for (let from = 0; from < bytes.length; from += size) controller?.enqueue(bytes.slice(from, from + size))
  }

  const sink: EventSink = {
    event(name, data) {
      if (controller === undefined) return
      if (knobs.comments) write(`: keep-alive${knobs.lineEnd}${knobs.lineEnd}`)
      if (knobs.unknownEvents) write(formatEvent('conversation.future.event', { soon: true }, knobs, kind, events++))
      const text = formatEvent(name, data, knobs, kind, events++)
      write(knobs.duplicateEvents ? text + text : text)
    },
    cut(how) {
      const open = controller
      if (how === 'half-event') write('event:conversation.message.delta\ndata:{"id":"75000000')
      controller = undefined
      if (open === undefined || how === 'hang') return
      if (how !== 'reset') open.close()
      else if ((open.desiredSize ?? 0) > 0) open.error(connectionLost())
      else broken = true
    },
    end() {
      controller?.close()
      controller = undefined
    },
  }
  return { body, sink }
}
