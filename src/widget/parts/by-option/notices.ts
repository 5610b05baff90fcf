/** How a visitor is told of an answer that they do not see. */
export { NoticeButton } from '../../../ui/notices/notice-button.tsx'
export { noticesWords as words } from '../../../ui/strings/english/notices.ts'
