/**
 * A card as Markdown, so that it is read, copied, read aloud and kept from foreign hosts like any other answer. The vendor documents
 * one shape, https://www.coze.cn/docs/developer_guides/card_sdk : elements with properties and variables. Plugins send others, so
 * what is not known is searched for titles, texts, pictures, links and buttons. Pure.
 */

import { parseUrl } from '../../platform/addresses/parse-url.ts'
import { isRecord } from '../../platform/is-record.ts'
import { parseObject } from '../parse-object.ts'

export interface CardText {
  readonly text: string
  /** What its buttons would send in the visitor's name. */
  readonly messages: readonly string[]
}

type Fields = Readonly<Record<string, unknown>>

/** Of one card. A real one has far less; more would only cost time. */
const MAX_PARTS = 60
const MAX_DEPTH = 12
const MAX_LENGTH = 2000
/** Characters that variables may add to one card: a variable may be used in many templates. */
const MAX_FILLED = 20_000

const TITLE = /^(?:title|header|headline|name)$/i
const WORDS =
  /^(?:title|header|headline|name|sub_?title|text|content|desc|description|summary|price|value|label|body|info)$/i
const LABEL = ['text', 'label', 'title', 'name', 'content']
const LINK = ['url', 'link', 'href', 'jump_url', 'action_url']
const MESSAGE = ['message', 'query', 'prompt', 'send_message', 'msg']
const PICTURE = /image|img|picture|cover|thumb|src/i
const SAFE = /^(?:https?|mailto|tel):/i

/** @param content the JSON of a message whose content type is `card` */
export function readCard(content: string): CardText {
  const card = parseObject<Fields>(content)
  const lines: string[] = []
  const messages: string[] = []
  let parts = 0

  const add = (line: string) => {
    if (line && !lines.includes(line)) lines.push(line)
  }

  function visit(value: unknown, key: string, depth: number): void {
    if (depth > MAX_DEPTH || ++parts > MAX_PARTS) return
    if (typeof value === 'string') visitText(value.trim(), key, depth)
    else if (Array.isArray(value)) for (const item of value) visit(item, key, depth + 1)
    else if (isRecord(value)) visitFields(value, depth)
  }

  function visitText(text: string, key: string, depth: number): void {
    const json = /^[[{]/.test(text) ? parseObject<Fields>(text) : undefined
    const address = json === undefined ? addressOf(text) : undefined
    if (json !== undefined) visit(json, key, depth + 1)
    else if (address !== undefined && PICTURE.test(key)) add(`![](<${address}>)`)
    else if (address !== undefined && LINK.includes(key)) add(`<${address}>`)
    else if (WORDS.test(key)) add(TITLE.test(key) && lines.length === 0 ? `**${escaped(text)}**` : escaped(text))
  }

  function visitFields(fields: Fields, depth: number): void {
    const plain = isRecord(fields['elements']) ? plainCard(fields) : fields
    const label = textAt(plain, LABEL)
    const address = addressOf(textAt(plain, LINK) ?? '')
    const message = textAt(plain, MESSAGE)
    const rest = Object.entries(plain).filter(([key]) => !LINK.includes(key) && !MESSAGE.includes(key))
    // What has a name and an address is a link, unless it holds more than that.
    const isButton = label !== undefined && !rest.some(([key, value]) => value === undefined || PICTURE.test(key))
    if (label !== undefined && isButton && message !== undefined) messages.push(message.slice(0, MAX_LENGTH))
    else if (label !== undefined && isButton && address !== undefined) add(`[${escaped(label)}](<${address}>)`)
    else {
      for (const [key, value] of rest) visit(value, key, depth + 1)
      if (address !== undefined) add(`<${address}>`)
    }
  }

  if (card !== undefined) {
    const { response_for_model: said, ...shown } = card
    visit(shown, '', 0)
    if (lines.length === 0 && typeof said === 'string') add(escaped(said))
  }
  return { text: lines.join('\n\n'), messages }
}

/** The elements of the documented shape, in the order in which they are drawn and with their variables filled in. */
function plainCard({ elements, rootID, variables }: Fields): Fields {
  const all = isRecord(elements) ? elements : {}
  const values = isRecord(variables) ? variables : {}
  const seen = new Set<string>()
  let left = MAX_FILLED

  function filled(value: unknown): unknown {
    const template = isRecord(value) ? value['value'] : value
    if (typeof template !== 'string') return template
    const text = template.slice(0, MAX_LENGTH).replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, name: string) => {
      const words = left > 0 && Object.hasOwn(values, name) ? wordsOf(values[name]) : ''
      left -= words.length
      return words
    })
    return text.slice(0, MAX_LENGTH)
  }

  /** Lists and objects are left out, because a card could make their text endless. */
  function wordsOf(variable: unknown): string {
    const value = isRecord(variable) ? variable['defaultValue'] : variable
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value).slice(0, MAX_LENGTH)
      : ''
  }

  function plainElement(id: unknown, depth: number): Fields | undefined {
    const element = typeof id === 'string' ? all[id] : undefined
    if (!isRecord(element) || typeof id !== 'string' || seen.has(id) || seen.size >= MAX_PARTS) return undefined
    if (depth > MAX_DEPTH) return undefined
    seen.add(id)
    const props = isRecord(element['props']) ? element['props'] : {}
    const slots = Object.values(props).flatMap((value) => (Array.isArray(value) ? value : []))
    const children = [element, ...slots].flatMap((slot) => (isRecord(slot) ? (slot['children'] ?? []) : []))
    const own = Object.entries(props).filter(([, value]) => !Array.isArray(value))
    return {
      ...Object.fromEntries(own.map(([key, value]) => [key, filled(value)])),
      children: children.map((child) => plainElement(child, depth + 1)),
    }
  }

  return plainElement(rootID, 0) ?? {}
}

function textAt(fields: Fields, keys: readonly string[]): string | undefined {
  const found = keys.map((key) => fields[key]).find((value) => typeof value === 'string' && value.trim() !== '')
  return typeof found === 'string' ? found.trim() : undefined
}

/** Encoded so that nothing in it can end the angle brackets around it. */
function addressOf(text: string): string | undefined {
  const url = SAFE.test(text) ? parseUrl(text) : undefined
  return url?.href.replace(/[<>\s\\]/g, encodeURIComponent)
}

/** Escapes what Markdown would take for formatting. */
function escaped(text: string): string {
  return text
    .slice(0, MAX_LENGTH)
    .replace(/[\\`*_~[\]<>|&$]/g, '\\$&')
    .replace(/^(\s*\d*)([#+\-=.)])/gm, '$1\\$2')
}
