/** From the text of attributes to options. */
import { ELEMENT_DEFAULTS } from './element-options.ts'
import type { ChatWidgetOptions } from './widget-options.ts'

/**
 * Reads options from attributes, whose names are in camelCase already. A flag is true when present unless it says
 * `false`. A list stays text until `resolveOptions` reads it. Names that are no option are carried along, so that a misspelt one can be told.
 * @example readAttributes([['inline', ''], ['offsetX', '12']])
 */
export function readAttributes(attributes: readonly (readonly [name: string, text: string])[]): ChatWidgetOptions {
  return Object.fromEntries(attributes.map(([name, text]) => [name, readValue(name, text)]))
}

function readValue(name: string, text: string): unknown {
  const type = typeof (ELEMENT_DEFAULTS as Readonly<Record<string, unknown>>)[name]
  return type === 'boolean' ? text !== 'false' : type === 'number' ? Number(text) : text
}
