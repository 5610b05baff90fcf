/** Writes the events of a turn as a visitor gets them: without what Coze's long form repeats in every piece of an answer. */
import type { ServiceRequest } from '../../http/service-request.ts'
import { writeJson } from '../lossless-json.ts'
import { DELTA, TEXT_FIELDS, type VisibleEvent } from './visible-event.ts'

/**
 * - `named`: what any client of Coze's reads. Pieces of one message that wait together are one event.
 * - `short`: for clients that ask for it with `Accept: text/event-stream;deltas=text`. The first piece of a message comes
 *   as in the other form; a piece that goes on in the same field of the same message is an event without a name, whose
 *   data is the text alone: `data:"at nine."`.
 */
export type EventForm = 'named' | 'short'

/** Returns the bytes of events that are written together; without events, of a comment that keeps the connection open. */
export type EventWriter = (events: readonly VisibleEvent[]) => Uint8Array

const SHORT_FORM = /(?:^|,)\s*text\/event-stream\s*;\s*deltas=text\s*(?:,|$)/i
const KEEP_ALIVE = ':\n\n'
const encoder = new TextEncoder()

export function eventFormFor(request: ServiceRequest): EventForm {
  return SHORT_FORM.test(request.header('accept') ?? '') ? 'short' : 'named'
}

export function createEventWriter(form: EventForm): EventWriter {
  /** Of the last piece of an answer. */
  let spokenKey: string | undefined

  function write(written: Written): string {
    if (!('texts' in written)) return `event:${written.name}\ndata:${writeJson(written.data)}\n\n`
    const { key, about, field, texts } = written
    const goesOn = form === 'short' && key === spokenKey
    spokenKey = key
    const text = texts.join('')
    return goesOn ? `data:${writeJson(text)}\n\n` : `event:${DELTA}\ndata:${writeJson({ ...about, [field]: text })}\n\n`
  }

  return (events) => {
    const texts = joinPieces(events).map(write)
    return encoder.encode(texts.length === 0 ? KEEP_ALIVE : texts.join(''))
  }
}

/** Pieces of an answer that go on in one field of one message. */
interface Pieces {
  /** The same for all pieces that differ in their text alone. */
  readonly key: string
  /** The message, without text. */
  readonly about: object
  readonly field: string
  readonly texts: string[]
}

type Written = VisibleEvent | Pieces

/** Pieces that follow each other become one. */
function joinPieces(events: readonly VisibleEvent[]): Written[] {
  const joined: Written[] = []
  for (const event of events) {
    const next = readPiece(event) ?? event
    const last = joined.at(-1)
    if ('texts' in next && last !== undefined && 'texts' in last && last.key === next.key)
      last.texts.push(...next.texts)
    else joined.push(next)
  }
  return joined
}

/** @returns `undefined` for what is no piece, and for one that thinks and speaks at once, which is written as it is */
function readPiece({ name, data }: VisibleEvent): Pieces | undefined {
  if (name !== DELTA || typeof data === 'string') return undefined
  const [field, ...others] = TEXT_FIELDS.filter((name) => typeof data[name] === 'string')
  if (field === undefined || others.length > 0) return undefined
  const { [field]: text, ...about } = data
  return { key: writeJson({ field, ...about }), about, field, texts: [String(text)] }
}
