/** Icons of the list of conversations and of the menu. */
import type { IconPath } from '../theme/icons.tsx'

export const REMOVE: IconPath = 'M4 6h12M8 6V4h4v2M5.5 6l.7 10h7.6l.7-10'
