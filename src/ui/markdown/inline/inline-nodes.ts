/** What is inside a paragraph, heading or cell. */

export type Inline = string | InlineNode

export interface InlineNode {
  readonly type: 'em' | 'strong' | 'del' | 'code' | 'math' | 'link' | 'image' | 'note' | 'br'
  readonly kids: readonly Inline[]
  /** Address of a link or image, label of a `note` in small letters; otherwise empty. */
  readonly to: string
  /** How many nodes lie within each other here, itself included. */
  readonly depth: number
}

export function inlineNode(type: InlineNode['type'], kids: readonly Inline[] = [], to = ''): InlineNode {
  let depth = 1
  for (const kid of kids) if (typeof kid !== 'string') depth = Math.max(depth, kid.depth + 1)
  return { type, kids, to, depth }
}

/**
 * The text of nodes without their marks: what an image's `alt` or a voice can say.
 * @param gap around what an image says, which is not seen beside the rest
 */
export function plainText(nodes: readonly Inline[], gap = ''): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node
      const around = node.type === 'image' ? gap : ''
      return node.type === 'br' ? '\n' : around + plainText(node.kids, gap) + around
    })
    .join('')
}

/** Two labels that differ only in case and white space name the same definition. */
export function normalizeLabel(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase().toUpperCase()
}
