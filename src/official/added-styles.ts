/** Style elements and style sheet links among the nodes that were added. */
export function addedStyles(records: readonly MutationRecord[]): Element[] {
  return records.flatMap(({ addedNodes }) =>
    Array.from(addedNodes).filter(
      (node): node is Element => node instanceof Element && node.matches('style, link[rel~=stylesheet]'),
    ),
  )
}
