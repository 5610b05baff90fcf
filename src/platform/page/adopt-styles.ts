/**
 * Styles for a shadow root under a strict CSP: a constructable sheet needs no nonce; browsers without it
 * (Safari before 16.4) get a `<style>` with the script's.
 */
export function adoptStyles(root: ShadowRoot, css: string, nonce: string | undefined): void {
  if (root.adoptedStyleSheets) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
    return
  }
  const style = root.ownerDocument.createElement('style')
  if (nonce) style.nonce = nonce
  style.textContent = css
  // In the order of the calls, as the sheets are: where two rules are equal the later one wins.
  const before = [...root.querySelectorAll('style')].at(-1)
  if (before) before.after(style)
  else root.prepend(style)
}
