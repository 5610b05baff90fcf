/** How a visitor is told of an answer that they do not see. */
export { NoticeSwitch } from '../../../ui/notices/notice-switch.tsx'
export { Notices } from '../../../ui/notices/notices.tsx'
export { noticesWords as words } from '../../../ui/strings/english/notices.ts'
