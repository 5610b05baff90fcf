/** Tells the owner of an option whose name is almost one of ours. Loaded only where there is a name to look at. */
import { closestMatch } from 'leven'
import type { ChatWidgetOptions } from './options.ts'

/** Each name, so that the compiler misses none. */
const OPTIONS: Readonly<Record<keyof ChatWidgetOptions, true>> = {
  botId: true,
  appId: true,
  workflowId: true,
  tokenUrl: true,
  getToken: true,
  ui: true,
  officialFallback: true,
  session: true,
  user: true,
  userToken: true,
  tokenField: true,
  region: true,
  apiBase: true,
  connectorId: true,
  sdkUrl: true,
  sdkIntegrity: true,
  sdkOptions: true,
  title: true,
  icon: true,
  greeting: true,
  placeholder: true,
  suggestions: true,
  disclaimer: true,
  lang: true,
  strings: true,
  theme: true,
  accent: true,
  position: true,
  offsetX: true,
  offsetY: true,
  zIndex: true,
  inline: true,
  target: true,
  launcher: true,
  open: true,
  teaser: true,
  teaserDelaySeconds: true,
  movable: true,
  shortcut: true,
  titleBadge: true,
  imageHosts: true,
  tools: true,
  parameters: true,
  customVariables: true,
  metaData: true,
  nonce: true,
  allowInsecure: true,
}

const NAMES = Object.keys(OPTIONS)

/** Letters that may be wrong: two, one of them in a short name. */
const allowedDistance = (name: string) => (name.length < 5 ? 1 : 2)

const kebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const bothWays = (name: string) => `${name} (data-${kebabCase(name)})`

/** The option that was meant; nothing for our own names, and for those that are nowhere near: they are for somebody else. */
export function meantOption(name: string): string | undefined {
  if (NAMES.includes(name)) return undefined
  const sameLetters = NAMES.find((known) => known.toLowerCase() === name.toLowerCase())
  return sameLetters ?? closestMatch(name, NAMES, { maxDistance: allowedDistance(name) })
}

const told = new Set<string>()

/** Warns of each name once. */
export function tellMisspelt(options: object): void {
  for (const name of Object.keys(options)) {
    const meant = meantOption(name)
    if (!meant || told.has(name)) continue
    told.add(name)
    console.warn(`[coze-chat-widget] ${bothWays(name)} is no option: did you mean ${bothWays(meant)}?`)
  }
}
