/** Bytes of an answer -> events, however the network cut them. Pure: no reading, no timers. */
import { createParser } from 'eventsource-parser'
import { CozeChatError } from '../errors.ts'

export interface StreamEvent {
  /** Empty where the server named none. */
  readonly name: string
  readonly data: string
}

export interface EventDecoder {
  /** @throws CozeChatError `stream_too_large` */
  push(bytes: Uint8Array): readonly StreamEvent[]
  /** The connection ended: what was still held back. */
  end(): readonly StreamEvent[]
}

/** Longest line or event in characters; a server that never ends one must not fill the tab's memory. */
const MAX_EVENT_LENGTH = 1024 * 1024

/** The parser looks for each line's end in all that it is given, so that a burst in one piece would cost the square of its length. */
const SLICE = 16_384

/** JSON that may be anything: an object's fields, all of them uncertain. `undefined` for text that does not parse or is no object. */
export function parseObject<T extends object>(json: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

/**
 * Coze also answers a streaming call with one plain JSON body, with or without a final newline and under any content type.
 * Such a body becomes one `error` event, so that a refusal reads the same in every form.
 */
export function createEventDecoder(): EventDecoder {
  // One decoder for the whole stream: a character may be cut between two chunks. It drops the byte order mark.
  const decoder = new TextDecoder()
  let events: StreamEvent[] = []
  let isJson: boolean | undefined
  let json = ''
  /** Characters since the last event: whatever the parser holds back is among them. */
  let pending = 0

  const limit = (length: number) => {
    if (length > MAX_EVENT_LENGTH) throw new CozeChatError('stream_too_large', 'an event above 1 MiB')
  }
  const parser = createParser({
    onEvent({ event = '', data }) {
      limit(data.length)
      pending = 0
      events.push({ name: event, data })
    },
  })

  function feed(text: string): void {
    if (isJson === undefined) text = text.trimStart()
    if (text === '') return
    isJson ??= text[0] === '{'
    pending += text.length
    if (isJson) json += text
    else for (let at = 0; at < text.length; at += SLICE) parser.feed(text.slice(at, at + SLICE))
    limit(pending)
  }

  function take(): readonly StreamEvent[] {
    const taken = events
    events = []
    return taken
  }

  return {
    push(bytes) {
      feed(decoder.decode(bytes, { stream: true }))
      return take()
    },
    end() {
      feed(decoder.decode())
      if (isJson) events.push({ name: 'error', data: json })
      // A last event whose blank line is missing is whole if its JSON is; half of one does not parse and is dropped later.
      else feed('\n\n')
      return take()
    },
  }
}
