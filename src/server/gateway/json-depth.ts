/** Deeper than anything in Coze's API, and shallow enough for functions that recurse. */
const MAX_DEPTH = 32

/** Whether a JSON text is nested so deep that nobody can have meant it. Whoever walks or writes its values would overflow the stack. */
export function isTooDeep(json: string): boolean {
  return depthOf(json) > MAX_DEPTH
}

/** How deep the brackets of a JSON text are nested, those inside strings not counted. */
function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  let isInString = false
  // One pass over the characters, because a regular expression for strings takes quadratic time on one that never closes.
  for (let at = 0; at < json.length; at++) {
    const character = json[at]
    if (isInString && character === '\\') at++
    else if (character === '"') isInString = !isInString
    else if (isInString) continue
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth)
    else if (character === ']' || character === '}') depth--
  }
  return deepest
}
