import type { PieceSource } from './piece-source.ts'

/** Of one batch, so that a visitor who does not read costs no more memory than this. */
const MAX_BATCH_BYTES = 65_536

/**
 * The pieces of one chunk, and of those behind it that are there already. Only the first is waited for.
 * @throws Error where the stream breaks off
 */
export async function readBatch<Piece>(source: PieceSource<Piece>): Promise<Piece[]> {
  const first = await source.read()
  const pieces = [...first.pieces]
  for (let { size } = first; source.phase !== 'ended' && size < MAX_BATCH_BYTES; ) {
    const chunk = await source.readAvailable()
    if (chunk === undefined) break
    size += chunk.size
    for (const piece of chunk.pieces) pieces.push(piece)
  }
  return pieces
}
