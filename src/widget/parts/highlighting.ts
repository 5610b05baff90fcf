/** Colours for the code in answers. */
export { highlight } from '../../ui/markdown/highlight.ts'
