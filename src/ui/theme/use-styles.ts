import { useMemo } from 'preact/hooks'

/** Puts a component's styles where the panel is before the component is drawn for the first time; those of a parent come first. */
export function useStyles(panel: { addStyles(css: string): void }, css: string): void {
  useMemo(() => panel.addStyles(css), [css])
}
