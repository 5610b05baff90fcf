/** Cuts, repeats and splits the bytes of a body on their way through `fault-proxy.ts`. */

/** One write per byte, or cuts at random places that the seed repeats. */
export type Split = 'bytes' | { readonly seed: number }

/** The body in two: what is sent before the point, and the rest. Both read from one source, so the first must be read to its end. */
export async function* upTo(body: AsyncIterable<Uint8Array>, at: { bytes: number } | { events: number }) {
  const source = 'events' in at ? eventsOf(body) : body
  const iterator = source[Symbol.asyncIterator]()
  let left = 'events' in at ? at.events : at.bytes
  let rest: Uint8Array | undefined
  yield (async function* () {
    while (left > 0) {
      const next = await iterator.next()
      if (next.done) return
      const size = 'events' in at ? 1 : next.value.length
      if (size > left) {
        rest = next.value.subarray(left)
        yield next.value.subarray(0, left)
        left = 0
      } else {
        left -= size
        yield next.value
      }
    }
  })()
  yield (async function* () {
    if (rest) yield rest
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  })()
}

/** The body in two halves; it is awaited whole first. */
export async function* halves(body: AsyncIterable<Uint8Array>) {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  const whole = Buffer.concat(chunks)
  const middle = Math.floor(whole.length / 2)
  for (const half of [whole.subarray(0, middle), whole.subarray(middle)]) {
    yield (async function* () {
      yield half
    })()
  }
}

/** Sends each server-sent event so many times. */
export async function* repeated(body: AsyncIterable<Uint8Array>, times: number) {
  for await (const event of eventsOf(body)) for (let i = 0; i < times; i++) yield event
}

/** One chunk per server-sent event with its blank line, as soon as that has arrived; an unfinished event comes at the end. */
async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pending = Buffer.alloc(0)
  for await (const chunk of body) {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      // latin1 has one character per byte, so an index in the text is an index in the bytes.
      const blank = /\r\n\r\n|\n\n|\r\r(?!\n)/.exec(pending.toString('latin1'))
      if (blank === null) break
      const end = blank.index + blank[0].length
      yield pending.subarray(0, end)
      pending = pending.subarray(end)
    }
  }
  if (pending.length > 0) yield pending
}

/** The body in the writes that `split` asks for. */
export async function* cut(body: AsyncIterable<Uint8Array>, split: Split | undefined) {
  const random = typeof split === 'object' ? createRandom(split.seed) : undefined
  for await (const chunk of body) {
    if (split === undefined) yield chunk
    else {
      for (let from = 0; from < chunk.length; ) {
        const size = random ? 1 + Math.floor(random() * Math.min(64, chunk.length)) : 1
        yield chunk.subarray(from, from + size)
        from += size
      }
    }
  }
}

/** Pieces of at most `size` bytes. */
export function* slices(chunk: Uint8Array, size: number) {
  for (let from = 0; from < chunk.length; from += size) yield chunk.subarray(from, from + size)
}

/** mulberry32: a small generator that gives the same numbers for the same seed on every machine. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
