/** Whether the floating window is a large one; remembered on the device, whoever the visitor is. `window-size.css` does the rest. */
import { openStorage } from '../../platform/storage/storage.ts'

const KEY = 'coze_chat_large'

export const isLarge = (): boolean => openStorage('local').get(KEY) !== undefined

export function setLarge(frame: HTMLElement, large: boolean): void {
  const storage = openStorage('local')
  if (large) storage.set(KEY, '1')
  else storage.remove(KEY)
  restoreSize(frame)
}

export function restoreSize(frame: HTMLElement): void {
  frame.toggleAttribute('data-large', isLarge())
}
