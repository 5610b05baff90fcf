/** Colours that an owner may choose: the default, pale ones, vivid ones, and both ends. */
export const ACCENTS = [
  '#4d53e8',
  '#ffeb3b',
  '#fafafa',
  '#c6ff00',
  '#e53935',
  '#dc3b36',
  '#00838f',
  '#7f7f7f',
  '#000000',
  '#ffffff',
  '#ff00ff',
  'oklch(0.62 0.26 29)',
]
