/**
 * Decodes the bytes of a response into server-sent events, however the network has cut them. Pure: it reads nothing and has no timers.
 * Format: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
import { createParser } from 'eventsource-parser'
import { CozeChatError } from '../errors.ts'

export interface StreamEvent {
  /** Empty where the server named none. */
  readonly name: string
  readonly data: string
}

export interface EventDecoder {
  /**
   * @returns the events that these bytes complete
   * @throws CozeChatError `stream_too_large`
   */
  push(bytes: Uint8Array): readonly StreamEvent[]
  /** The connection has ended: returns what was still held back. */
  end(): readonly StreamEvent[]
}

/** Longest line or event, in characters: a server that never ends one must not fill the memory of the tab. */
const MAX_EVENT_LENGTH = 1024 * 1024

/**
 * Coze may refuse a streaming call with one plain JSON body, with or without a final newline and under any content type.
 * Such a body becomes one `error` event, so that a refusal reads the same in every form.
 */
export function createEventDecoder(): EventDecoder {
  // One decoder for the whole stream, because a character may be cut between two chunks. It drops the byte order mark.
  const decoder = new TextDecoder()
  let events: StreamEvent[] = []
  let isJson: boolean | undefined
  let json = ''
  /** Characters since the last event. Whatever the parser holds back is among them. */
  let pending = 0

  const parser = createParser({
    onEvent({ event = '', data }) {
      checkLength(data.length)
      pending = 0
      events.push({ name: event, data })
    },
  })

  function feed(text: string): void {
    if (isJson === undefined) text = text.trimStart()
    if (text === '') return
    isJson ??= text.startsWith('{')
    pending += text.length
    if (isJson) json += text
    else parser.feed(text)
    checkLength(pending)
  }

  function takeEvents(): readonly StreamEvent[] {
    const taken = events
    events = []
    return taken
  }

  return {
    push(bytes) {
      feed(decoder.decode(bytes, { stream: true }))
      return takeEvents()
    },
    end() {
      feed(decoder.decode())
      if (isJson) events.push({ name: 'error', data: json })
      // The last event may lack its blank line. Half an event has JSON that does not parse, so its reader drops it.
      else feed('\n\n')
      return takeEvents()
    },
  }
}

function checkLength(length: number): void {
  if (length > MAX_EVENT_LENGTH) {
    throw new CozeChatError('stream_too_large', 'Coze sent a line or an event above 1 MiB, so the stream was closed.')
  }
}
