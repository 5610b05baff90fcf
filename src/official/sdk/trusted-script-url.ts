/** Script addresses for pages with `require-trusted-types-for 'script'`, which refuse plain text; `trusted-types coze-chat-widget` admits ours. */

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): unknown }
}

const POLICY = 'coze-chat-widget'

interface Allowed {
  readonly urls: Set<string>
  readonly policy: { createScriptURL(url: string): unknown }
}

/** A page may refuse a second policy of one name, so all configured addresses share one. */
const policies = new WeakMap<TrustedTypes, Allowed>()

/** Returns the address as a trusted one where the page has trusted types, typed as the text that `script.src` takes. */
export function trustedScriptUrl(view: object, url: string): string {
  const { trustedTypes } = view as { trustedTypes?: TrustedTypes }
  if (!trustedTypes) return url
  try {
    const known = policies.get(trustedTypes) ?? createPolicy(trustedTypes)
    policies.set(trustedTypes, known)
    known.urls.add(url)
    return known.policy.createScriptURL(url) as string
  } catch {
    // The page does not admit our policy. Unless it enforces trusted types plain text still works; if it does, the caller's error names the cure.
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
