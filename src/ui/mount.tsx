/** Puts the chat panel into a container, usually inside an open shadow root, and takes it out again. */
import { render } from 'preact'
import { Panel } from './panel.tsx'
import type { PanelProps } from './panel-props.ts'
import panelStyles from './styles.css?inline'

export type { PanelFeatures, PanelLayout, PanelProps } from './panel-props.ts'
export { panelStyles }

export interface MountedPanel {
  /** Takes the place of all props given before. */
  update(props: PanelProps): void
  /** Puts the caret into the composer. */
  focus(): void
  /** Takes out nodes, listeners and styles; the container is as it was. */
  destroy(): void
}

export function mountPanel(container: HTMLElement, props: PanelProps): MountedPanel {
  const root = container.getRootNode() as Document | ShadowRoot
  const removeStyles = addStyles(root, props.nonce)
  const draw = (panel: PanelProps) => render(<Panel panel={panel} />, container)
  draw(props)
  return {
    update: draw,
    focus() {
      container.querySelector('textarea')?.focus({ preventScroll: true })
    },
    destroy() {
      render(null, container)
      removeStyles()
    },
  }
}

/** A constructed sheet is no inline style to a content security policy; older browsers get an element with the page's nonce. */
function addStyles(root: Document | ShadowRoot, nonce: string | undefined): () => void {
  if ('adoptedStyleSheets' in root && 'replaceSync' in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(panelStyles)
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet]
    return () => {
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((other) => other !== sheet)
    }
  }
  const element = document.createElement('style')
  if (nonce) element.nonce = nonce
  element.textContent = panelStyles
  const parent = root instanceof Document ? root.head : root
  parent.append(element)
  return () => element.remove()
}
