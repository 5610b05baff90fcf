/** Where a visitor of the replica types: a draft, and the buttons that send, stop and clear. */
import type { ReplicaElements } from './replica-elements.ts'
import type { PanelWords } from './replica-words.ts'

export interface ReplicaComposer {
  readonly root: HTMLElement
  /** While an answer is under way nothing can be sent, and it can be stopped. */
  isBusy: boolean
}

export function createReplicaComposer(
  { element, button }: ReplicaElements,
  words: PanelWords,
  look: { clearButton: boolean },
  actions: { send(text: string): void; stop(): void; clear(): void; typed(text: string): void },
): ReplicaComposer {
  const root = element('form', 'coze-replica-composer')
  const input = element('textarea', '')
  input.rows = 1
  input.placeholder = words.message
  input.setAttribute('aria-label', words.message)
  const send = element('button', 'coze-replica-send', words.send)
  const stop = button('coze-replica-tool', words.stop, actions.stop)
  stop.hidden = true
  if (look.clearButton) root.append(button('coze-replica-tool', '⌫', actions.clear, words.clear))
  root.append(input, stop, send)

  function submit(): void {
    const text = input.value.trim()
    if (!text || send.disabled) return
    input.value = ''
    actions.typed('')
    actions.send(text)
  }

  root.onsubmit = (event) => {
    event.preventDefault()
    submit()
  }
  input.oninput = () => actions.typed(input.value)
  input.onkeydown = (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    submit()
  }
  return {
    root,
    get isBusy() {
      return send.disabled
    },
    set isBusy(busy) {
      send.disabled = busy
      stop.hidden = !busy
    },
  }
}
