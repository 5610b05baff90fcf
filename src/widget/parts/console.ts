/** What the site's owner reads in the console. */
export { tellMisspelt } from '../../options/option-spelling.ts'
export { tellUnsuited } from '../../options/tell-unsuited.ts'
export { createErrorLog } from '../../ui/strings/console-words.ts'
