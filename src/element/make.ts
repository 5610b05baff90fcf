/** Makes an element with these attributes at the end of its parent. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  parent: ParentNode,
  tag: Tag,
  attributes: Readonly<Record<string, string>> = {},
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag)
  // Own ones: a handler that somebody has put on `Object.prototype` would be run (F54).
  for (const name of Object.keys(attributes)) element.setAttribute(name, attributes[name] ?? '')
  parent.append(element)
  return element
}
