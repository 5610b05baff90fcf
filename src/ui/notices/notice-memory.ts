/** What the visitor chose, remembered on the device, whoever they are. */
import { openStorage } from '../../platform/storage/storage.ts'
import { type Choice, type Notices, type Notify, noticesFor } from './notice-choice.ts'

export const NOTICE_KEY = 'coze_chat_notices'

// One for all who ask: where storage is blocked, it is kept in here.
const memory = openStorage('local')

export const permissionNow = (): NotificationPermission =>
  typeof Notification === 'undefined' ? 'denied' : Notification.permission

export const noticesNow = (notify: Notify): Notices =>
  noticesFor(notify, memory.get(NOTICE_KEY) as Choice, permissionNow())

export const choose = (choice: 'on' | 'off'): void => memory.set(NOTICE_KEY, choice)
