/** Files, pictures and sound. */
export const mediaWords = {
  download: 'Download image',
  dropHere: 'Drop files to attach them',
  removeAttachment: 'Remove {name}',
  uploading: 'Uploading {name}',
  uploadFailed: '{name} could not be uploaded',
  fileTooLarge: '{name} is larger than {size}',
  tooManyFiles_one: 'One file at a time',
  tooManyFiles_other: 'Up to {count} files at a time',
  openOriginal: 'Open original',
  closeImage: 'Close image',
  nextImage: 'Next image',
  previousImage: 'Previous image',
  spokenAnswer: 'Spoken answer',
  eachUpTo: 'Each up to {size}',
} as const
