/** One chat for one agent on one page, even when the script tag and the npm package meet (F14). */

const KEY = Symbol.for('coze-chat-widget.registry')

function registry(): Record<string, Element | undefined> {
  const holder = globalThis as { [KEY]?: Record<string, Element | undefined> }
  holder[KEY] ??= Object.create(null) as Record<string, Element | undefined>
  return holder[KEY]
}

/** The element that serves this agent (see `agentKey`). */
export function findAgent(key: string): Element | undefined {
  return registry()[key]
}

/** False when another element serves this agent already; else takes the place. */
export function claimAgent(key: string, element: Element): boolean {
  registry()[key] ??= element
  return registry()[key] === element
}

export function releaseAgent(key: string, element: Element): void {
  if (registry()[key] === element) delete registry()[key]
}
