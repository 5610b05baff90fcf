/** Ways a network may hand over the same bytes. */

/** The bytes in two pieces, cut before each byte in turn. */
export function* cutAtEveryByte(bytes: Uint8Array<ArrayBuffer>): Generator<Uint8Array<ArrayBuffer>[]> {
  for (let cut = 0; cut <= bytes.length; cut++) yield [bytes.subarray(0, cut), bytes.subarray(cut)]
}

/** The bytes cut at the given places, in any order and with repetitions. */
export function cutAt(bytes: Uint8Array<ArrayBuffer>, places: readonly number[]): Uint8Array<ArrayBuffer>[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge))
}

/** A body that hands out the pieces and then ends, breaks or goes silent. */
export function streamOf(
  pieces: readonly Uint8Array<ArrayBuffer>[],
  after: 'end' | 'break' | 'silence' = 'end',
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let next = 0
  return new ReadableStream({
    pull(controller) {
      const piece = pieces[next++]
      if (piece !== undefined) return controller.enqueue(piece)
      if (after === 'end') return controller.close()
      if (after === 'break') return controller.error(new TypeError('terminated'))
      return new Promise(() => {})
    },
  })
}
