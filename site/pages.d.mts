/** Paths of a document in the repository and on the site. */
export interface Page {
  from: string
  to: string
}
export const PAGES: readonly Page[]
export const GUIDES: readonly {
  title: Record<'en' | 'zh', string>
  pages: readonly (Page & { title: Record<'en' | 'zh', string> })[]
}[]
export function toPage(text: string, page: Page, sources?: string): string
