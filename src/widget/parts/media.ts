/** Files, pictures and sound: those that go out, those in messages, and one picture shown large. */
export { createFileAndAudioCalls } from '../../coze/calls/files-and-audio.ts'
export { AttachmentList, AttachmentTray, DropTarget } from '../../ui/attachments/attachments.tsx'
export { openLightbox } from '../../ui/attachments/lightbox.tsx'
export { createPendingUploads } from '../../ui/attachments/pending-uploads.ts'
export { mediaWords as words } from '../../ui/strings/english/media.ts'
export { createTextReader } from '../../ui/voice/text-reader.ts'
