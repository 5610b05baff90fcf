/** One chat for each agent on a page, also when the script tag and the npm package are both on it (F14). */

const KEY = Symbol.for('coze-chat-widget.registry')

type Registry = Record<string, Element | undefined>

function registry(): Registry {
  const holder = globalThis as { [KEY]?: Registry }
  return (holder[KEY] ??= Object.create(null) as Registry)
}

/** The element that serves this agent (see `agentKey`). */
export function findAgent(key: string): Element | undefined {
  return registry()[key]
}

/** Takes the place for this element. Returns false when another element serves the agent already. */
export function claimAgent(key: string, element: Element): boolean {
  return (registry()[key] ??= element) === element
}

export function releaseAgent(key: string, element: Element): void {
  if (registry()[key] === element) delete registry()[key]
}
