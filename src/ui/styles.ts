/** Styles that a content security policy lets pass: constructed sheets are no inline styles. */

export interface StyleSet {
  /** Adds a sheet unless it is there already. */
  add(css: string): void
  /** Takes out all that were added. */
  remove(): void
}

/** @param nonce for the `<style>` elements of browsers without constructable sheets (Safari before 16.4) */
export function createStyleSet(root: ShadowRoot, nonce: string | undefined): StyleSet {
  const added = new Map<string, () => void>()
  return {
    add(css) {
      if (added.has(css)) return
      if (root.adoptedStyleSheets) {
        const sheet = new CSSStyleSheet()
        sheet.replaceSync(css)
        root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
        added.set(css, () => {
          root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet)
        })
      } else {
        const element = document.createElement('style')
        if (nonce) element.nonce = nonce
        element.textContent = css
        root.append(element)
        added.set(css, () => element.remove())
      }
    },
    remove() {
      for (const takeOut of added.values()) takeOut()
      added.clear()
    },
  }
}
