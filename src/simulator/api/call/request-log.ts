/** The calls that arrived, for tests to read. */
export interface LoggedRequest {
  /** Milliseconds since the epoch, by the simulator's clock. */
  at: number
  method: string
  /** Double slashes collapsed, without the query. */
  path: string
  query: Record<string, string>
  /** Names in lower case. */
  headers: Record<string, string>
  /** The parsed JSON; for anything else a text such as `<1234 bytes of multipart/form-data>`. */
  body: unknown
  /** Session of the token; null for a token without one, undefined without a valid token. */
  sessionName: string | null | undefined
  status: number
}

const MAX_REQUESTS = 2_000
/** Longer bodies are logged by their size. */
const MAX_BODY_CHARACTERS = 64 * 1024

export interface RequestLog {
  readonly entries: readonly LoggedRequest[]
  add(entry: LoggedRequest): void
  clear(): void
}

export function createRequestLog(): RequestLog {
  let entries: LoggedRequest[] = []
  return {
    get entries() {
      return entries
    },
    add(entry) {
      entries.push(entry)
      // Half is dropped at a time: moving the array for each call would make a long load test quadratic.
      if (entries.length > MAX_REQUESTS) entries = entries.slice(MAX_REQUESTS / 2)
    },
    clear() {
      entries = []
    },
  }
}

/** @param text the body; undefined for a multipart body, which only its handler reads */
export function loggedBody(text: string | undefined, contentType: string, contentLength: string): unknown {
  if (text === undefined) return `<${contentLength} bytes of ${contentType.split(';')[0]}>`
  if (text === '') return undefined
  if (text.length > MAX_BODY_CHARACTERS) return `<${text.length} characters of ${contentType}>`
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
