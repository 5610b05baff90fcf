/**
 * The SDK brings its styles as `<style>` elements without a nonce, and nothing fails where the page's Content-Security-Policy
 * ignores them: the visitor just sees a heap of unstyled parts. So it is tried with one of ours, before the SDK is loaded.
 */
export function admitsStyles(document: Document): boolean {
  const style = document.createElement('style')
  style.textContent = 'coze-chat-probe{color:red}'
  document.head.append(style)
  // Null where it was refused.
  const admitted = Boolean(style.sheet)
  style.remove()
  return admitted
}
