/** Styles that a content security policy lets pass: constructed sheets are no inline styles. */

export interface StyleSet {
  /** Adds a sheet unless it is there already. */
  add(css: string): void
  /** Takes out all that were added. */
  remove(): void
}

/** @param nonce for the `<style>` elements of browsers without constructable sheets */
export function createStyleSet(root: Document | ShadowRoot, nonce: string | undefined): StyleSet {
  const removals = new Map<string, () => void>()
  return {
    add(css) {
      if (!removals.has(css)) removals.set(css, addSheet(root, css, nonce))
    },
    remove() {
      for (const remove of removals.values()) remove()
      removals.clear()
    },
  }
}

function addSheet(root: Document | ShadowRoot, css: string, nonce: string | undefined): () => void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
    return () => {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet)
    }
  }
  const element = document.createElement('style')
  if (nonce) element.nonce = nonce
  element.textContent = css
  const parent = 'head' in root ? root.head : root
  parent.append(element)
  return () => element.remove()
}
