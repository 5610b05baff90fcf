/** Cards, which become Markdown. */
export { readCard } from '../../coze/turn/card-text.ts'
