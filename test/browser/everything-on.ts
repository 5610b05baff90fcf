/**
 * Everything of its page that a script or a person could find a text in: the tree with every shadow root, attributes,
 * what was typed, storage, cookies and databases. Runs in the page.
 */
export async function everythingOn(): Promise<string> {
  const texts: string[] = [
    JSON.stringify({ ...localStorage }),
    JSON.stringify({ ...sessionStorage }),
    document.cookie,
    window.name,
    location.href,
    JSON.stringify(history.state) ?? '',
    JSON.stringify(window.cozeChat?.state) ?? '',
  ]
  const visit = (node: Node) => {
    if (node instanceof Element) {
      texts.push(...[...node.attributes].map(({ value }) => value))
      if (node.shadowRoot) visit(node.shadowRoot)
    }
    if (node instanceof HTMLTextAreaElement || node instanceof HTMLInputElement) texts.push(node.value)
    if (node instanceof CharacterData) texts.push(node.data)
    for (const child of node.childNodes) visit(child)
  }
  visit(document)
  for (const { name } of await indexedDB.databases()) {
    if (name === undefined) continue
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    for (const store of database.objectStoreNames) {
      const all = await new Promise<unknown>((resolve) => {
        const reading = database.transaction(store).objectStore(store).getAll()
        reading.onsuccess = () => resolve(reading.result)
      })
      texts.push(JSON.stringify(all))
    }
    database.close()
  }
  return texts.join('\n')
}
