/** What the owner can do about each code with which Coze refuses the service itself; Coze's list is in docs/coze.md 1.3. */
const CURES: { readonly [code: string]: string } = {
  invalid_client:
    'appId, keyId, privateKey and region (COZE_APP_ID, COZE_KEY_ID, COZE_PRIVATE_KEY, COZE_REGION) must be of one OAuth app; compare them with the Coze console, or create a new key there.',
  access_deny:
    'In the Coze console enable the OAuth app, let an administrator authorise it, and see that it is of the type "service app".',
  invalid_request:
    'Coze does not take this request: set tokenTtlSeconds (COZE_TOKEN_TTL) to 900, and see that the OAuth app is of the type "service app".',
}

/** @returns `undefined` for a code that waiting may cure */
export function refusalCure(upstreamCode: string | undefined): string | undefined {
  if (upstreamCode === undefined) return undefined
  return CURES[upstreamCode === 'unsupported_grant_type' ? 'invalid_request' : upstreamCode]
}
