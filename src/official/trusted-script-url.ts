/** Under `require-trusted-types-for 'script'` a page refuses plain text as a script address; `trusted-types coze-chat-widget` lets this through. */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown }
}

const POLICY = 'coze-chat-widget'

interface Allowed {
  readonly urls: Set<string>
  readonly policy: { createScriptURL(url: string): unknown }
}

/** A page may refuse a second policy of one name, so there is one for all addresses that were configured. */
const policies = new WeakMap<TrustedTypes, Allowed>()

export function trustedScriptUrl(view: object, url: string): string {
  const { trustedTypes } = view as { trustedTypes?: TrustedTypes }
  if (!trustedTypes) return url
  try {
    const known = policies.get(trustedTypes) ?? createPolicy(trustedTypes)
    policies.set(trustedTypes, known)
    known.urls.add(url)
    return known.policy.createScriptURL(url) as string
  } catch {
    // The page does not list our policy. Plain text still works unless it enforces trusted types, and then its error names the cure.
    return url
  }
}

function createPolicy(trustedTypes: TrustedTypes): Allowed {
  const urls = new Set<string>()
  const createScriptURL = (url: string) => {
    if (urls.has(url)) return url
    throw new TypeError('Not an address of the chat SDK.')
  }
  return { urls, policy: trustedTypes.createPolicy(POLICY, { createScriptURL }) }
}
