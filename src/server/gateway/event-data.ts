import { createParser } from 'eventsource-parser'

/** The JSON of an event stream, one object after the other; for readers that need the gist only. */
export interface EventDataReader {
  push(bytes: Uint8Array): EventData[]
}

export interface EventData {
  /** Name of the event, empty where none was given. */
  event: string
  data: Readonly<Record<string, unknown>>
}

export function createEventDataReader(): EventDataReader {
  const decoder = new TextDecoder()
  let found: EventData[] = []
  const parser = createParser({
    onEvent({ event = '', data: json }) {
      const data = parseObject(json)
      if (data !== undefined) found.push({ event, data })
    },
  })
  return {
    push(bytes) {
      found = []
      parser.feed(decoder.decode(bytes, { stream: true }))
      return found
    },
  }
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
