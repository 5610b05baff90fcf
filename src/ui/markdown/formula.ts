import type { DrawMath } from './markdown-view-options.ts'

/** Draws a formula in the place of its source, once nothing more is drawn into that. */
export async function drawFormula(place: HTMLElement, drawMath: DrawMath | undefined): Promise<void> {
  const source = place.textContent
  const formula = await drawMath?.(source).catch(() => undefined)
  if (!formula || place.textContent !== source) return
  place.classList.add('md-drawn')
  place.replaceChildren(formula)
}
