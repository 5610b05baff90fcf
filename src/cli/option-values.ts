/** Reads the values of options from the texts of the command line. */
import { InvalidArgumentError } from 'commander'
import { CozeChatError } from '../errors.ts'
import { say } from './say.ts'

/** @returns a parser that throws InvalidArgumentError for anything else */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(
      say(`It must be a whole number from ${min} to ${max}.`, `必须是 ${min} 到 ${max} 之间的整数。`),
    )
  }
}

/** A TCP port; 0 lets the system choose one. */
export const port = wholeNumber(0, 65_535)

/** Parts between commas, without spaces around them and without empty ones. */
export function commaList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** For options that may be given several times, each with one value or several between commas. */
export function collectLists(text: string, before: readonly string[] = []): string[] {
  return [...before, ...commaList(text)]
}

/** For options that may be given several times and whose values may hold commas. */
export function collectTexts(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

/** How many proxies stand in front, or which networks they are in. */
export function trustedProxies(text: string): number | string[] {
  return /^\d+$/.test(text) ? Number(text) : commaList(text)
}

/**
 * Whether a variable switches something on; absent or empty it does not.
 * @throws CozeChatError `misconfigured` for what says neither
 */
export function switchedOn(name: string, text = ''): boolean {
  const value = text.trim().toLowerCase()
  if (['1', 'true', 'yes', 'on'].includes(value)) return true
  if (['', '0', 'false', 'no', 'off'].includes(value)) return false
  throw new CozeChatError('misconfigured', say(`${name} must be true or false.`, `${name} 必须是 true 或 false。`))
}
