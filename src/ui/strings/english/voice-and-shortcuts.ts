/** Speaking, listening and shortcuts. */
export const voiceAndShortcutsWords = {
  recordVoice: 'Speak your message',
  recording: 'Recording',
  finishRecording: 'Finish recording',
  transcribing: 'Turning speech into text…',
  microphoneBlocked: 'The microphone is blocked. You can allow it in your browser’s settings for this site.',
  microphoneMissing: 'No microphone was found.',
  microphoneFailed: 'The microphone cannot be used right now.',
  nothingHeard: 'Nothing was heard. Please try again.',
  recordingFull: 'The recording was stopped after {duration}.',
  transcriptionFailed: 'Your words could not be understood. Your recording is still here.',
  readAloud: 'Read aloud',
  stopReading: 'Stop reading aloud',
  soundBlocked: 'This site does not allow the chat to play sound.',
  pressAgain: 'Press once more to listen.',
  shortcuts: 'Shortcuts',
} as const
