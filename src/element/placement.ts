/** How the chat sits on the page, written as `data-*` marks and custom properties of the element for its style sheet. */
import { isPixels } from '../options/check/is-pixels.ts'
import type { DrawnOptions } from '../options/drawn-options.ts'
import { ELEMENT_DEFAULTS, RADIUS_LIMITS } from '../options/element-options.ts'

/** Whether the options ask for a launcher. */
export const hasLauncher = ({ launcher, inline }: DrawnOptions) => launcher && !inline

/** The option, or what counts in its place where it is no number, as the check will tell the owner. */
export function finite(options: DrawnOptions, name: 'offsetX' | 'offsetY' | 'zIndex'): number {
  return Number.isFinite(options[name]) ? options[name] : ELEMENT_DEFAULTS[name]
}

export function markPlacement({ dataset, style }: HTMLElement, options: DrawnOptions, darkPage: boolean): void {
  const { inline, position, theme, accent, radius, font } = options
  dataset['mode'] = inline ? 'inline' : 'floating'
  dataset['side'] = position === 'bottom-left' ? 'left' : 'right'
  dataset['launcher'] = hasLauncher(options) ? 'on' : 'off'
  dataset['scheme'] = theme === 'dark' || (theme !== 'light' && darkPage) ? 'dark' : 'light'
  for (const [name, value] of Object.entries({
    x: `${finite(options, 'offsetX')}px`,
    y: `${finite(options, 'offsetY')}px`,
    z: finite(options, 'zIndex'),
    // The sheets read these after the page's own custom properties, which are more exact than an option.
    // Asked only where there is one: the first call takes 16 KiB of every page.
    a: accent && CSS.supports('color', accent) ? accent : '',
    r: isPixels(radius, RADIUS_LIMITS) ? `${radius}px` : '',
    f: font,
  }))
    style.setProperty(`--_${name}`, `${value ?? ''}`)
}

export function markOpen(element: HTMLElement, open: boolean): void {
  element.toggleAttribute('data-open', open)
}

/** Custom properties stay: they show only where there is something to draw. */
export function removeMarks({ dataset }: HTMLElement): void {
  for (const name of ['mode', 'side', 'launcher', 'scheme', 'open']) delete dataset[name]
}
