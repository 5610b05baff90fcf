/** Formulas in answers. */
export { drawMath, mathStyles } from '../../ui/markdown/math.ts'
