import type { PassDesk } from './gateway/pass.ts'
import type { CredentialDesk, ServiceParts } from './service-parts.ts'

/** Without a gateway browsers hold Coze's own tokens. */
export function createTokenCredentials({ tokens, tokenFor }: ServiceParts): CredentialDesk {
  return {
    async credentialFor(principal, call, renewal) {
      const { token, source } = await tokenFor(principal, call, renewal)
      return { text: token.accessToken, expiresAtMs: token.expiresAtMs, source }
    },
    end: ({ sessionName }) => tokens.drop(sessionName),
  }
}

/** With one they hold its passes; a token is minted when the first call needs it. */
export function createPassCredentials({ tokens }: ServiceParts, passes: PassDesk): CredentialDesk {
  return {
    credentialFor: async (principal) => ({ ...(await passes.issue(principal)), source: 'pass' }),
    async end(principal) {
      await passes.end(principal)
      await tokens.drop(principal.sessionName)
    },
  }
}
