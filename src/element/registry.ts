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

/** Takes the place for this element, unless another one serves the agent already. Returns the one that serves. */
export function claimAgent(key: string, element: Element): Element {
  return (registry()[key] ??= element)
}

export function releaseAgent(key: string, element: Element): void {
  if (registry()[key] === element) delete registry()[key]
}

/** What the owner reads of an element, or of a call, for which another element serves. */
export function warnOfSecond(): void {
  console.warn('[coze-chat-widget] This agent already has a chat on the page; that one serves.')
}
