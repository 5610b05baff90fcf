/** Writes server-sent events the way the vendor does, and every way it might break. */
import type { SimulatorKnobs } from './knobs.ts'

/** Where a turn says what happens. */
export interface EventSink {
  event(name: string, data: unknown): void
  /** Loses the connection; whatever follows goes nowhere. */
  cut(how: 'reset' | 'close' | 'half-event' | 'hang'): void
  end(): void
}

/** For turns nobody listens to: `stream: false`. */
export const silentSink: EventSink = { event() {}, cut() {}, end() {} }

/** `agent`: /v3/chat; `chatflow`: /v1/workflows/chat. They differ in spaces. */
export type StreamKind = 'agent' | 'chatflow'

/** One event as text; `data` undefined leaves the field empty. */
export function formatEvent(name: string, data: unknown, knobs: SimulatorKnobs, kind: StreamKind, id: number): string {
  const { fieldSpace, lineEnd, flavour } = knobs
  const space = fieldSpace === 'one' || (fieldSpace === 'auto' && kind === 'chatflow') ? ' ' : ''
  const json = data === undefined ? '' : JSON.stringify(data).replace(/&/g, '\\u0026')
  const idLine = flavour === 'studio' && kind === 'chatflow' ? `id:${space}${id}${lineEnd}` : ''
  return `${idLine}event:${space}${name}${lineEnd}data:${space}${json}${lineEnd}${lineEnd}`
}

export function createEventStream(knobs: SimulatorKnobs, kind: StreamKind): { body: ReadableStream; sink: EventSink } {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined
  let events = 0
  let broken = false
  const lost = () => new Error('The simulated connection was lost.')
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(started) {
      controller = started
    },
    // An error throws away what is still queued, so it waits until all of it was read.
    pull(pulled) {
      if (broken) pulled.error(lost())
    },
    // The client went away; the agent goes on (coze-contract.md 5.4).
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
      else if ((open.desiredSize ?? 0) > 0) open.error(lost())
      else broken = true
    },
    end() {
      controller?.close()
      controller = undefined
    },
  }
  return { body, sink }
}
