/** What failed, in one word: `ECONNREFUSED`, `TimeoutError`. The text of an error may hold anything. */
export function failureName(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code, name } = (error.cause ?? error) as { code?: unknown; name?: unknown }
  if (typeof code === 'string') return code
  return typeof name === 'string' && name !== 'Error' ? name : error.name
}
