/** Elements by `createElement` and text only: Trusted Types need no policy. */

export type CreateButton = (className: string, text: string, action: () => void) => HTMLButtonElement

export interface ElementMaker {
  create<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className?: string): HTMLElementTagNameMap[Tag]
  /** Its click is handled by {@link onClick}. */
  readonly createButton: CreateButton
  /** A box that scrolls sideways, which a keyboard must be able to reach. */
  createScroller(tag: 'pre' | 'div', name: string, content: Element): HTMLElement
  /** Of the whole view: one listener for all buttons. */
  onClick(event: Event): void
}

export function createElementMaker(document: Document): ElementMaker {
  const actions = new WeakMap<EventTarget, () => void>()

  function create<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className?: string): HTMLElementTagNameMap[Tag] {
    const made = document.createElement(tag)
    if (className) made.className = className
    return made
  }

  return {
    create,
    createButton(className, text, action) {
      const button = create('button', className)
      button.type = 'button'
      button.textContent = text
      actions.set(button, action)
      return button
    },
    createScroller(tag, name, content) {
      const scroller = create(tag, 'md-scroll')
      scroller.tabIndex = 0
      // No region: those are landmarks, of which a page has few.
      scroller.setAttribute('role', 'group')
      scroller.setAttribute('aria-label', name)
      scroller.append(content)
      return scroller
    },
    onClick(event) {
      const button = (event.target as Element).closest('button')
      const action = button && actions.get(button)
      if (!action) return
      // A picture that waits may lie within a link.
      event.preventDefault()
      action()
    },
  }
}
