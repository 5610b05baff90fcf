/** Makes elements of the replica's document. */
export interface ReplicaElements {
  element<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, text?: string): HTMLElementTagNameMap[K]
  /** @param label its name for assistive technology. Default: its text */
  button(name: string, text: string, onClick: () => void, label?: string): HTMLButtonElement
}

export function createReplicaElements(document: Document): ReplicaElements {
  const element: ReplicaElements['element'] = (tag, name, text = '') => {
    const node = document.createElement(tag)
    node.className = name
    node.textContent = text
    return node
  }
  return {
    element,
    button(name, text, onClick, label = text) {
      const node = element('button', name, text)
      node.type = 'button'
      node.setAttribute('aria-label', label)
      node.onclick = onClick
      return node
    },
  }
}
