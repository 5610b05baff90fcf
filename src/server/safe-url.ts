/** Where secrets may travel: encrypted, or inside this machine. */
export function isSafeUrl(text: string): boolean {
  try {
    const { protocol, hostname } = new URL(text)
    const isLoopback = hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
    return protocol === 'https:' || (protocol === 'http:' && isLoopback)
  } catch {
    return false
  }
}
