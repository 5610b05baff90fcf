/** One chat for one agent on one page, even when the script tag and the npm package meet (F14). */

const KEY = Symbol.for('coze-chat-widget.registry')

function registry(): Map<string, Element> {
  const holder = globalThis as { [KEY]?: Map<string, Element> }
  holder[KEY] ??= new Map()
  return holder[KEY]
}

/** The element that serves this agent (see `agentKey`). */
export function findAgent(key: string): Element | undefined {
  return registry().get(key)
}

/** True when the agent is already served by another element; else takes the place. */
export function claimAgent(key: string, element: Element): boolean {
  const current = registry().get(key)
  if (current && current !== element) return true
  registry().set(key, element)
  return false
}

export function releaseAgent(element: Element): void {
  for (const [key, current] of registry()) if (current === element) registry().delete(key)
}
