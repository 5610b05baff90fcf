/** Whether the code that runs is the SDK's: told by our own calls into it, and by its script on the stack. */

let depth = 0

/** Runs a synchronous call into the SDK. */
export function callSdk<T>(call: () => T): T {
  depth++
  try {
    return call()
  } finally {
    depth--
  }
}

/** False where there is no stack to be read. */
export function isCalledBySdk(scriptUrl: string): boolean {
  return depth > 0 || new Error().stack?.includes(scriptUrl) === true
}
