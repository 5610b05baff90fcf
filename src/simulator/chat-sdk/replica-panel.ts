/** What the visitor sees of the replica: plain DOM nodes without a framework. */
import { type Bubble, createBubble } from './replica-bubble.ts'
import { createReplicaComposer } from './replica-composer.ts'
import { createReplicaElements } from './replica-elements.ts'
import type { PanelWords } from './replica-words.ts'

export interface PanelActions {
  send(text: string): void
  stop(): void
  clear(): void
  fresh(): void
  close(): void
  earlier(): void
  typed(text: string): void
  preview(url: string): void
  /** A tooltip beside a button, '' to take it away. */
  hint(text: string): void
}

export interface PanelLook {
  header: boolean
  closeButton: boolean
  clearButton: boolean
  freshButton: boolean
  footer: string
  /** What the original writes into the `style` of its panel, also inside a container that is narrower. */
  width: string
}

export interface ReplicaPanel {
  readonly root: HTMLElement
  setAgent(name: string, iconUrl: string | undefined): void
  setBusy(busy: boolean): void
  addBubble(role: 'user' | 'assistant' | 'note', text: string, where?: 'end' | 'start'): Bubble
  addSuggestion(text: string): void
  removeSuggestions(): void
  setEarlier(available: boolean): void
  /** Nothing but the close button, until {@link ReplicaPanel.draw}. */
  showLoading(): void
  draw(): void
  /** In place of everything but the close button. */
  showProblem(retry: () => void): void
  reset(): void
}

export function createReplicaPanel(
  document: Document,
  words: PanelWords,
  look: PanelLook,
  actions: PanelActions,
): ReplicaPanel {
  const elements = createReplicaElements(document)
  const { element, button } = elements

  const root = element('section', 'coze-replica')
  root.style.width = look.width
  const header = element('header', 'coze-replica-header')
  const icon = element('img', '')
  icon.alt = ''
  icon.hidden = true
  const title = element('h2', 'coze-replica-title', words.bot)
  header.append(icon, title)
  if (look.freshButton) {
    const fresh = button('coze-replica-fresh', '+', actions.fresh, words.fresh)
    fresh.onmouseenter = () => actions.hint(words.fresh)
    fresh.onmouseleave = () => actions.hint('')
    header.append(fresh)
  }
  const close = button('coze-replica-close', '×', actions.close, words.close)
  const alone = look.closeButton ? [close] : []
  header.hidden = !look.header

  const log = element('div', 'coze-replica-log')
  log.setAttribute('role', 'log')
  log.tabIndex = 0
  const earlier = button('coze-replica-tool', words.earlier, actions.earlier)
  earlier.hidden = true
  log.append(earlier)
  const scrollToEnd = () => {
    log.scrollTop = log.scrollHeight
  }

  const composer = createReplicaComposer(elements, words, look, actions)
  const footer = look.footer ? [element('footer', 'coze-replica-footer', look.footer)] : []

  return {
    root,
    setAgent(name, iconUrl) {
      title.textContent = name
      icon.hidden = !iconUrl
      if (iconUrl) icon.src = iconUrl
    },
    setBusy(busy) {
      composer.isBusy = busy
    },
    addBubble(role, text, where = 'end') {
      const bubble = createBubble(elements, role, text, { grown: scrollToEnd, preview: actions.preview }, words.failed)
      if (where === 'end') log.append(bubble.row)
      else earlier.after(bubble.row)
      scrollToEnd()
      return bubble
    },
    addSuggestion(text) {
      log.append(button('coze-replica-suggestion', text, () => !composer.isBusy && actions.send(text)))
    },
    removeSuggestions() {
      for (const node of log.querySelectorAll('.coze-replica-suggestion')) node.remove()
    },
    setEarlier(available) {
      earlier.hidden = !available
    },
    showLoading() {
      root.replaceChildren(...alone)
    },
    draw() {
      if (look.closeButton) header.append(close)
      root.replaceChildren(header, log, composer.root, ...footer)
    },
    showProblem(retry) {
      const problem = element('div', 'coze-replica-problem')
      problem.append(element('p', '', words.problem), button('coze-replica-send', words.reload, retry))
      root.replaceChildren(...alone, problem)
    },
    reset() {
      log.replaceChildren(earlier)
      earlier.hidden = true
    },
  }
}
