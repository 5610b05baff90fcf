import type { Clock } from '../../platform/clock.ts'
import type { Call } from '../call.ts'
import { ServiceFault } from '../service-fault.ts'

/** More than any prompt a model takes. */
const MAX_BODY_BYTES = 262_144
const BODY_LIMIT_MS = 10_000
/** Deeper than anything Coze has; a reader that recurses stays safe. */
const MAX_DEPTH = 32

/**
 * The JSON of a call.
 * @throws ServiceFault `unsupported_media_type`, `too_large` or `bad_request`
 */
export async function readJsonBody(call: Call, clock: Clock): Promise<unknown> {
  if (!/^application\/json\s*(?:;|$)/i.test(call.header('content-type') ?? '')) {
    throw new ServiceFault('unsupported_media_type')
  }
  if (Number(call.header('content-length') ?? 0) > MAX_BODY_BYTES) throw new ServiceFault('too_large')
  const body = await call.readText(MAX_BODY_BYTES, BODY_LIMIT_MS, clock)
  if ('failure' in body) throw new ServiceFault(body.failure === 'too_large' ? 'too_large' : 'bad_request')
  if (depthOf(body.text) > MAX_DEPTH) throw new ServiceFault('bad_request')
  try {
    return JSON.parse(body.text)
  } catch {
    throw new ServiceFault('bad_request')
  }
}

/** How deep brackets are nested, those inside of strings left out. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let quoted = false
  // One pass, character by character: a pattern for strings is quadratic on one that never closes.
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (quoted && character === '\\') at++
    else if (character === '"') quoted = !quoted
    else if (quoted) continue
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}
