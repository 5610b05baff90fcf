/** What comes before the chat, where the site's owner asks for it: consent, a form, opening hours. */
export { createAskingCore } from '../../before-chat/asking-core.ts'
