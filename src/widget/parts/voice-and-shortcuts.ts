/** What an agent may offer beside text: speaking, listening, and its shortcuts. */
export { ShortcutMenu } from '../../ui/composer/shortcut-menu.tsx'
export { voiceAndShortcutsWords as words } from '../../ui/strings/english/voice-and-shortcuts.ts'
export { ReadAloud } from '../../ui/voice/read-aloud.tsx'
export { VoiceInput } from '../../ui/voice/voice-input.tsx'
