/** One option, two spellings: `botId` in JavaScript, `bot-id` as an attribute, `data-bot-id` on the script tag. */

/** @example toAttribute('botId') // 'bot-id' */
export function toAttribute(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** @example toOption('bot-id') // 'botId' */
export function toOption(attribute: string): string {
  return attribute.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** For messages to the owner. @example bothNames('botId') // 'botId (data-bot-id)' */
export function bothNames(option: string): string {
  return `${option} (data-${toAttribute(option)})`
}
