/** What covers or replaces a part of the chat; the last one in the document is in front. */
const LAYERS = '.drawer, .editor, .options'

/** The system's back gesture does what Escape does: it closes what is in front, and the chat itself when nothing is. */
export function goBack(frame: HTMLElement): void {
  const { activeElement } = frame.getRootNode() as ShadowRoot
  const focused = frame.contains(activeElement) ? activeElement : null
  const front = [...frame.querySelectorAll(LAYERS)].at(-1)
  const target = front && !front.contains(focused) ? front : (focused ?? frame.firstElementChild)
  target?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))
}
