/** A PEM block (RFC 7468): what it says it is, and what stands between its lines. */
export interface PemBlock {
  readonly label: string
  readonly body: string
}

/**
 * Removes what shells, dotenv files, secret managers and encoders of addresses add to a PEM: quotes around it, escaped line
 * ends (once or several times), percent-encoding, and base64 around the whole.
 */
export function unwrapPem(input: string): string {
  const text = unescapeText(input)
  if (text.includes('-----BEGIN')) return text
  const inner = decodeBase64(text)
  const innerText = inner === undefined ? '' : unescapeText(new TextDecoder().decode(inner))
  return innerText.includes('-----BEGIN') ? innerText : text
}

/** The blocks in a text that {@link unwrapPem} has returned, in their order. */
export function pemBlocks(text: string): PemBlock[] {
  return [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)].map(
    ([, label = '', body = '']) => ({ label, body }),
  )
}

export function pemText({ label, body }: PemBlock): string {
  return `-----BEGIN ${label}-----\n${body.trim()}\n-----END ${label}-----`
}

function unescapeText(text: string): string {
  let plain = text
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^(["'`])([\s\S]*)\1$/, '$2')
  // No PEM holds a percent sign. Spaces are written as `+` by some encoders, but then the `+` of base64 is `%2B`.
  if (/%(?:0[AD]|20|2B|2F|3D)/i.test(plain)) {
    plain = decodePercents(plain.includes(' ') ? plain : plain.replaceAll('+', /%2B/i.test(plain) ? ' ' : '+'))
  }
  return plain
    .replace(/\\+r|\r/g, '')
    .replace(/\\+n/g, '\n')
    .replace(/\\+\//g, '/')
    .trim()
}

function decodePercents(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The bytes of base64 or base64url, whatever white space is in it; `undefined` for any other text. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const compact = text.replace(/\s+/g, '').replace(/-/g, '+').replace(/_/g, '/')
  if (compact === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined
  try {
    return Uint8Array.from(atob(compact), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}
