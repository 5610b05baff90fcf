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

/**
 * Coze also answers a streaming call with one plain JSON body, with or without a final newline and under any content type.
 * Such a body becomes one `error` event, so that a refusal reads the same in every form.
 */
export function createEventDecoder(): EventDecoder {
  // One decoder for the whole stream: a character may be cut between two chunks.
  const decoder = new TextDecoder()
  let events: StreamEvent[] = []
  let jsonParts: string[] | undefined
  let jsonLength = 0
  let started = false

  const fail = () => {
    throw new CozeChatError('stream_too_large', 'One event of the answer is larger than 1 MiB; the stream was closed.')
  }
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent({ event = '', data }) {
      if (data.length > MAX_EVENT_LENGTH) fail()
      events.push({ name: event, data })
    },
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded') fail()
    },
  })
  const feed = (text: string) => {
    if (!started) {
      text = text.trimStart()
      if (text === '') return
      started = true
      if (text[0] === '{') jsonParts = []
    }
    if (jsonParts === undefined) {
      parser.feed(text)
      return
    }
    jsonParts.push(text)
    jsonLength += text.length
    if (jsonLength > MAX_EVENT_LENGTH) fail()
  }
  const take = () => {
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
      if (jsonParts !== undefined) events.push({ name: 'error', data: jsonParts.join('') })
      // A last event whose blank line is missing is whole if its JSON is; half of one does not parse and is dropped later.
      else if (started) parser.feed('\n\n')
      return take()
    },
  }
}
