/** The picture behind the conversation. */
export { Backdrop } from '../../../ui/backdrop/backdrop.tsx'
