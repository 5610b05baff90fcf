/**
 * Bytes of an event stream -> the same bytes, but for `debug_url`: a chatflow's `done` carries an address that names the
 * owner's workspace. Whole lines are let through at once and unchanged; the rest of a line waits for its end. Pure.
 */
export interface EventFilter {
  /** What may go on now; empty while a line is incomplete. */
  push(chunk: Uint8Array): Uint8Array
  /** The rest, when the stream has ended (or broke off) inside a line. */
  end(): Uint8Array
}

const NEWLINE = 10
/** A longer line (speech as base64) flows on unread; an address is some hundred bytes. */
const MAX_HELD_BYTES = 1_048_576
const MARK = 'debug_url'
const EMPTY = new Uint8Array(0)
/** One for all: making one for each event costs more than its work. */
const decoder = new TextDecoder()

export function createEventFilter(): EventFilter {
  let held: Uint8Array[] = []
  let heldBytes = 0
  let insideLongLine = false

  function release(last: Uint8Array): Uint8Array {
    const bytes = held.length === 0 ? last : concat([...held, last], heldBytes + last.length)
    held = []
    heldBytes = 0
    return bytes
  }

  function hold(rest: Uint8Array): Uint8Array {
    if (insideLongLine) return rest
    if (rest.length > 0) held.push(rest)
    heldBytes += rest.length
    if (heldBytes <= MAX_HELD_BYTES) return EMPTY
    insideLongLine = true
    return release(EMPTY)
  }

  return {
    push(chunk) {
      const end = chunk.lastIndexOf(NEWLINE) + 1
      if (end === 0) return hold(chunk)
      const lines = withoutDebugUrl(release(end === chunk.length ? chunk : chunk.subarray(0, end)))
      insideLongLine = false
      if (end === chunk.length) return lines
      const rest = hold(chunk.subarray(end))
      return rest.length === 0 ? lines : concat([lines, rest], lines.length + rest.length)
    },
    end: () => withoutDebugUrl(release(EMPTY)),
  }
}

function withoutDebugUrl(lines: Uint8Array): Uint8Array {
  const text = decoder.decode(lines)
  if (!text.includes(MARK)) return lines
  const cleaned = text.replace(
    // `.` and `$` would stop at U+2028, which is no line end in a stream.
    /(?<![^\n])(data: ?)(\{[^\n]*?debug_url[^\n]*?)(\r?)(?![^\n])/g,
    (line, field: string, json: string, end: string) => {
      const data = parse(json)
      if (data === undefined) return line
      // Visitors' words may hold the name too, deeper inside.
      if (!Object.hasOwn(data, MARK)) return line
      const { [MARK]: _address, ...rest } = data
      return field + JSON.stringify(rest) + end
    },
  )
  return cleaned === text ? lines : new TextEncoder().encode(cleaned)
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(json) as Record<string, unknown>
  } catch {
    return undefined
  }
}

function concat(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let offset = 0
  for (const part of parts) {
    bytes.set(part, offset)
    offset += part.length
  }
  return bytes
}
