/** Whether secrets may be sent to this address: over https, or over http to this machine itself. */
export function isSecretSafeUrl(text: string): boolean {
  try {
    const { protocol, hostname } = new URL(text)
    const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
    return protocol === 'https:' || (protocol === 'http:' && isLoopback)
  } catch {
    return false
  }
}
