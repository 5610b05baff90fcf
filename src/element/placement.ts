/** How the chat sits on the page, written as `data-*` marks and custom properties of the element for its style sheet. */
import type { DrawnOptions } from '../options/drawn-options.ts'

/** Whether the options ask for a launcher. */
export const hasLauncher = ({ launcher, inline }: DrawnOptions) => launcher && !inline

export function markPlacement({ dataset, style }: HTMLElement, options: DrawnOptions, darkPage: boolean): void {
  const { inline, position, theme, offsetX, offsetY, zIndex, accent, radius, font } = options
  dataset['mode'] = inline ? 'inline' : 'floating'
  dataset['side'] = position === 'bottom-left' ? 'left' : 'right'
  dataset['launcher'] = hasLauncher(options) ? 'on' : 'off'
  dataset['scheme'] = theme === 'dark' || (theme !== 'light' && darkPage) ? 'dark' : 'light'
  style.setProperty('--_x', `${offsetX}px`)
  style.setProperty('--_y', `${offsetY}px`)
  style.setProperty('--_z', String(zIndex))
  // The sheets read these after the page's own custom properties, which are more exact than an option.
  style.setProperty('--_a', accent ?? '')
  style.setProperty('--_r', /^\d+$/.test(radius as string) ? `${radius}px` : '')
  style.setProperty('--_f', font ?? '')
}

export function markOpen(element: HTMLElement, open: boolean): void {
  element.toggleAttribute('data-open', open)
}

/** Custom properties stay: they show only where there is something to draw. */
export function removeMarks({ dataset }: HTMLElement): void {
  for (const name of ['mode', 'side', 'launcher', 'scheme', 'open']) delete dataset[name]
}
