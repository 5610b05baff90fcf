/** Puts the chat panel into a container, usually inside an open shadow root, and takes it out again. */
import { h, render } from 'preact'
import panelStyles from './panel.css?inline'
import { Panel } from './panel.tsx'
import type { PanelProps } from './panel-props.ts'

export type { PanelProps } from './panel-props.ts'

export interface MountedPanel {
  /** Takes the place of all props given before. */
  update(props: PanelProps): void
  /** Puts the caret into the composer. */
  focus(): void
  /** Takes out nodes and listeners; the container is as it was. */
  destroy(): void
}

export function mountPanel(container: HTMLElement, props: PanelProps): MountedPanel {
  props.addStyles(panelStyles)
  const update = (next: PanelProps) => {
    if (next.moreStyles) next.addStyles(next.moreStyles)
    render(<Panel key={next.visit} panel={next} />, container)
  }
  update(props)
  return {
    update,
    focus() {
      container.querySelector('textarea')?.focus({ preventScroll: true })
    },
    destroy() {
      render(null, container)
    },
  }
}
