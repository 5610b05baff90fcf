/** The JSON of an event stream's `data:` lines, one object after the other. Pure; for readers that need the gist only. */
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
  let rest = ''
  let event = ''
  return {
    push(bytes) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split(/\r?\n/)
      rest = lines.pop() ?? ''
      const found: EventData[] = []
      for (const line of lines) {
        if (line === '') event = ''
        const [, field, value = ''] = /^(event|data): ?(.*)$/.exec(line) ?? []
        if (field === 'event') event = value
        const data = field === 'data' ? parseObject(value) : undefined
        if (data !== undefined) found.push({ event, data })
      }
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
