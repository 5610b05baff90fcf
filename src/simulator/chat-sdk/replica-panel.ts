/** What the visitor sees of the replica: plain DOM nodes without a framework. */

export interface PanelWords {
  bot: string
  clear: string
  close: string
  earlier: string
  failed: string
  fresh: string
  message: string
  problem: string
  reload: string
  send: string
  stop: string
}

export const PANEL_WORDS: Readonly<Record<'zh-CN' | 'en', PanelWords>> = {
  'zh-CN': {
    bot: 'Coze Bot',
    clear: '清除上下文',
    close: '关闭',
    earlier: '更早的消息',
    failed: '发送失败',
    fresh: '新会话',
    message: '发送消息',
    problem: '加载失败',
    reload: '重新加载',
    send: '发送',
    stop: '停止',
  },
  en: {
    bot: 'Coze Bot',
    clear: 'Clear context',
    close: 'Close',
    earlier: 'Earlier messages',
    failed: 'Failed to send',
    fresh: 'New conversation',
    message: 'Send a message',
    problem: 'Failed to load',
    reload: 'Reload',
    send: 'Send',
    stop: 'Stop',
  },
}

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

export interface Bubble {
  readonly row: HTMLElement
  append(text: string): void
  replace(text: string): void
  markFailed(): void
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
  function element<K extends keyof HTMLElementTagNameMap>(tag: K, name: string, text = ''): HTMLElementTagNameMap[K] {
    const node = document.createElement(tag)
    node.className = name
    node.textContent = text
    return node
  }
  function button(name: string, text: string, onClick: () => void, label = text): HTMLButtonElement {
    const node = element('button', name, text)
    node.type = 'button'
    node.setAttribute('aria-label', label)
    node.onclick = onClick
    return node
  }

  const root = element('section', 'coze-replica')
  root.style.width = look.width
  const header = element('header', 'coze-replica-header')
  const icon = document.createElement('img')
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

  const composer = element('form', 'coze-replica-composer')
  const input = document.createElement('textarea')
  input.rows = 1
  input.placeholder = words.message
  input.setAttribute('aria-label', words.message)
  const send = element('button', 'coze-replica-send', words.send)
  const stop = button('coze-replica-tool', words.stop, actions.stop)
  stop.hidden = true
  if (look.clearButton) composer.append(button('coze-replica-tool', '⌫', actions.clear, words.clear))
  composer.append(input, stop, send)
  const submit = () => {
    const text = input.value.trim()
    if (!text || send.disabled) return
    input.value = ''
    actions.typed('')
    actions.send(text)
  }
  composer.onsubmit = (event) => {
    event.preventDefault()
    submit()
  }
  input.oninput = () => actions.typed(input.value)
  input.onkeydown = (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  }
  const footer = look.footer ? [element('footer', 'coze-replica-footer', look.footer)] : []

  return {
    root,
    setAgent(name, iconUrl) {
      title.textContent = name
      icon.hidden = !iconUrl
      if (iconUrl) icon.src = iconUrl
    },
    setBusy(busy) {
      send.disabled = busy
      stop.hidden = !busy
    },
    addBubble(role, text, where = 'end') {
      const row = element('div', 'coze-replica-row')
      row.dataset['role'] = role
      const bubble = element('div', 'coze-replica-bubble', text)
      row.append(bubble)
      if (where === 'end') log.append(row)
      else earlier.after(row)
      log.scrollTop = log.scrollHeight
      return {
        row,
        append(more) {
          bubble.append(more)
          log.scrollTop = log.scrollHeight
        },
        replace(whole) {
          bubble.textContent = whole
          for (const [, url = ''] of whole.matchAll(/!\[[^\]]*\]\((\S+?)\)/g)) {
            const image = element('img', 'coze-replica-image')
            image.src = url
            image.alt = ''
            image.onclick = () => actions.preview(url)
            bubble.append(image)
          }
        },
        markFailed() {
          const mark = element('span', 'coze-replica-failed', '!')
          mark.setAttribute('role', 'img')
          mark.setAttribute('aria-label', words.failed)
          row.append(mark)
        },
      }
    },
    addSuggestion(text) {
      log.append(button('coze-replica-suggestion', text, () => !send.disabled && actions.send(text)))
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
      root.replaceChildren(header, log, composer, ...footer)
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
