/** What a visitor can do about what is kept of them: delete it all, and take their consent back. */
export { DeletionTools } from '../../ui/conversations/deletion-tools.tsx'
