/** Whether the floating window is a large one: of this device, whoever sits before it. A chunk of its own. */
import { openStorage } from '../platform/storage.ts'

/** The same key as in `light-face.ts`. */
const KEY = 'coze_chat_large'

export function isLarge(): boolean {
  return openStorage('local').get(KEY) !== undefined
}

export function setLarge(frame: HTMLElement, large: boolean): void {
  const storage = openStorage('local')
  if (large) storage.set(KEY, '1')
  else storage.remove(KEY)
  showSize(frame, large)
}

/** On a phone and in a page's own flow the frame takes its size from elsewhere. */
export function showSize({ style }: HTMLElement, large: boolean): void {
  style.setProperty('--coze-chat-width', large ? 'var(--coze-chat-large-width, 720px)' : '')
  style.setProperty('--coze-chat-height', large ? 'var(--coze-chat-large-height, 100dvh)' : '')
}
