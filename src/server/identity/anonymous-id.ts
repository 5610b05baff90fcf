declare const verifiedAnonymousId: unique symbol

/** The id of an anonymous visitor who showed a ticket of ours or, with `anonymous: 'client-id'`, an id made by the widget. */
export type VerifiedAnonymousId = string & { readonly [verifiedAnonymousId]: true }

/** With `anonymous: 'client-id'` the visitor proves nothing but that they hold an id of at least 126 random bits. */
export function anonymousIdFromClient(id: string | undefined): VerifiedAnonymousId | undefined {
  return id !== undefined && /^[A-Za-z0-9_-]{21,64}$/.test(id) ? (id as VerifiedAnonymousId) : undefined
}
