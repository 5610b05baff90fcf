/** Links in what the site's owner says. */
export { LinkedText } from '../../../ui/linked-text.tsx'
