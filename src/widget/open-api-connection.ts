/** A connection to the Open API, opened ahead of the first call, once it is known where that is. */
import type { ResolvedOptions } from '../options/resolve-options.ts'
import { preconnect } from '../platform/page/preconnect.ts'
import type { Visitor } from '../visitor/visitor.ts'
import { apiBaseOf, saysApiBase } from './api-base.ts'

export interface OpenApiConnection {
  /** Empty until it is known. */
  readonly apiBase: string
  stop(): void
}

/** @param options of now */
export function connectOpenApi(
  document: Document,
  visitor: Pick<Visitor, 'on' | 'peek'>,
  options: () => ResolvedOptions,
): OpenApiConnection {
  let apiBase = ''

  function connect(): void {
    const before = apiBase
    apiBase = apiBaseOf(options(), visitor.peek())
    if (apiBase !== before) preconnect(document, apiBase)
  }

  // Nobody has named Coze's own host yet where there is a gateway, and then it is not to hear of the visitor either.
  if (saysApiBase(options()) || visitor.peek()) connect()
  const stop = visitor.on('token', connect)
  return {
    get apiBase() {
      return apiBase
    },
    stop,
  }
}
