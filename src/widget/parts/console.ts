/** What the site's owner reads in the console. */

export { tellUnsuited } from '../../options/check/tell-unsuited.ts'
export { tellMisspelt } from '../../options/option-spelling.ts'
export { createErrorLog } from '../../ui/strings/console-words.ts'
