import type { DrawMath } from '../markdown-view-options.ts'

/** Draws a formula in the place of its source, once nothing more is drawn into that. */
export async function drawFormula(place: HTMLElement, drawMath: DrawMath | undefined): Promise<void> {
  const source = place.textContent
  const formula = await drawMath?.(source).catch(() => undefined)
  if (!formula || place.textContent !== source) return
  place.classList.add('md-drawn')
  place.replaceChildren(formula)
}

/** Those within a text: it is drawn again and again until the answer ends. */
export function drawInlineFormulas(answer: HTMLElement, drawMath: DrawMath): void {
  const places = answer.querySelectorAll<HTMLElement>('.md-body .md-math:not(div), .md-notes .md-math:not(div)')
  for (const place of places) void drawFormula(place, drawMath)
}
