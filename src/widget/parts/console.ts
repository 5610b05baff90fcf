/** What the site's owner reads in the console. */
import { tellUnsuited } from '../../options/check/tell-unsuited.ts'
import { tellMisspelt } from '../../options/option-spelling.ts'
import { type LoggedError, tellRefused } from '../../ui/strings/console-words.ts'

export { createErrorLog } from '../../ui/strings/console-words.ts'

/**
 * @param unsuited names of options whose values count as not given
 * @param refusal the error by which the options are refused, if they are
 */
export function tellOptions(options: object, unsuited: readonly string[], refusal: unknown): void {
  tellMisspelt(options)
  tellUnsuited(unsuited)
  if (refusal) tellRefused(refusal as LoggedError)
}
