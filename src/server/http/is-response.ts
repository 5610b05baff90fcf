/** Whether what a `fetch` returned can be read as a response: the site may have passed its own, and a tracer may have read the body. */
export function isResponse(value: unknown): value is Response {
  const { status, headers, body } = (value ?? {}) as Partial<Response>
  return typeof status === 'number' && typeof headers?.get === 'function' && body?.locked !== true
}
