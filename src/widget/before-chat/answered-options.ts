/** What was answered before the chat, among its options: variables of an agent, parameters of a chatflow. */
import type { DrawnOptions } from '../../options/drawn-options.ts'
import type { ResolvedOptions } from '../../options/resolve-options.ts'

export type WithAnswers = <Some extends DrawnOptions | ResolvedOptions>(given: Some) => Some

/**
 * The same object is handed out each time, and its content changes with the visitor: a chat that reads it late reads the answers of now.
 * @param answers of now
 */
export function createAnsweredOptions(answers: Readonly<Record<string, string>>): WithAnswers {
  let answered: Record<string, unknown> = {}
  let owners: Readonly<Record<string, unknown>> | undefined
  return (given) => {
    if (!given.form) return given
    const name = given.botId ? 'customVariables' : 'parameters'
    if (given[name] !== owners) answered = {}
    owners = given[name]
    for (const key of Object.keys(answered)) delete answered[key]
    Object.assign(answered, owners, answers)
    return { ...given, [name]: answered }
  }
}
