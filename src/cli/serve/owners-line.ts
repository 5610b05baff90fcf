import { type InBoth, speaksChinese } from '../say.ts'

/**
 * The arguments of a log call for a line that the owner reads at the start. `msg` is English everywhere, for whatever evaluates the log;
 * where the terminal speaks Chinese, the line has the sentence in Chinese as well, in the field `zh`.
 */
export function forOwners([en, zh]: InBoth, facts: object = {}): [fields: object, msg: string] {
  return [speaksChinese(process.env) ? { ...facts, zh } : facts, en]
}
