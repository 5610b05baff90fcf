/** Formulas as the browser's own MathML, made by Temml: two thirds of the bytes of KaTeX, and no fonts. */
import temml from 'temml'
import { isOversized } from './formula-size.ts'
import styles from './math.css?inline'

/** A formula that somebody means to be read is shorter. */
const MAX_LENGTH = 4000
const DELIMITERS = /^(?:\$\$([\s\S]*)\$\$|\\\[([\s\S]*)\\\]|\\\(([\s\S]*)\\\)|\$([\s\S]*)\$)$/

export const mathStyles = styles

/** Firefox and Safari have had it for long, Chromium since 109. */
const isDrawable = () => CSS.supports('math-style', 'compact')

/**
 * @param source with its delimiters: `$…$`, `\(…\)`, or for a line of its own `$$…$$`, `\[…\]`
 * @returns undefined for what is no formula, or what this browser cannot draw; then it is read as it was written
 */
export function drawMath(source: string): Node | undefined {
  const [, dollars, brackets, ...inline] = DELIMITERS.exec(source.trim()) ?? []
  const formula = (dollars ?? brackets ?? inline.find((text) => text !== undefined))?.trim()
  if (!formula || formula.length > MAX_LENGTH || !isDrawable()) return undefined
  try {
    // `render` refuses pages in quirks mode, in which only some distances differ.
    const tree: { toNode(): Element; toMarkup(): string } = temml.__renderToMathMLTree(formula, {
      displayMode: (dollars ?? brackets) !== undefined,
      throwOnError: true,
      // No links, pictures or classes of the answer's choice.
      trust: false,
      strict: false,
      maxExpand: 200,
      maxSize: [20, 100],
    })
    // `maxSize` knows lengths that are written out, and neither kerns nor what rows are stretched by.
    if (isOversized(tree.toMarkup())) return undefined
    const drawn = tree.toNode()
    // `\ref` leads to a part of the page, whatever its address means there, and `\label` names one: in a chat neither is the answer's to say (T45).
    for (const part of drawn.querySelectorAll('[href], [id]')) {
      part.removeAttribute('href')
      part.removeAttribute('id')
    }
    return drawn
  } catch {
    return undefined
  }
}
