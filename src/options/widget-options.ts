/** The options people type: `data-bot-id` on the script = `bot-id` on the element = `botId` here. */
import type { IdentityKind } from '../protocol/token-endpoint.ts'
import type { FeatureSwitches } from './features.ts'
import type { Handoff } from './handoff.ts'
import type { Localized } from './localized.ts'
import type { OPTIONS, OptionName } from './option-table.ts'

/** What {@link ChatWidgetOptions.getToken} is called with. */
export interface TokenContext {
  /** The anonymous visitor's credential, as the token endpoint gets it in `tokenField`. */
  sessionId: string
  /** What the page believes about who is there. */
  expect: IdentityKind | undefined
  /** True when the vendor rejected the last token: skip caches. */
  renew: boolean
  signal: AbortSignal
}

/** A function of the page that the agent may call; what it returns is sent back as JSON text. */
export type PageTool = (args: Record<string, unknown>, context: { signal: AbortSignal }) => unknown

/** Words in one language, or in several: the key is a language (`zh`) or a tag (`zh-TW`); `localized.ts` says which of them a visitor reads. */
export type LocalText = string | Readonly<Record<string, string>>

/** A field of the form before the chat. */
export interface FormField {
  /** Of the agent's variable. */
  readonly name: string
  /** Default `text`. What a `checkbox` says is `true` or `false`. */
  readonly type?: 'text' | 'email' | 'tel' | 'textarea' | 'select' | 'checkbox'
  /** Markdown-like links are links. */
  readonly label: LocalText
  readonly required?: boolean
  /** Of a `select`. */
  readonly choices?: readonly { readonly value: string; readonly label?: LocalText }[]
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun'

export interface OpeningHours {
  /** IANA name, such as `Asia/Shanghai`. */
  readonly timeZone: string
  /** `09:00-12:30`, or several of them; `22:00-02:00` ends on the next day. A day that is not named is closed. */
  readonly week: Readonly<Partial<Record<Weekday, string | readonly string[]>>>
  /** Days on which nothing opens, whatever the week says: `2026-12-25`, or from one to another `2026-12-24/2026-12-26`. */
  readonly closed?: readonly string[]
  /** What is said outside of the hours; `{time}` is when somebody is there again. Default: words of ours. */
  readonly away?: LocalText
  /** Whether questions can be asked outside of the hours. Default true. */
  readonly mayWrite?: boolean
}

/** A bubble beside the launcher. All that it names has to hold. */
export interface TeaserRule {
  readonly text: LocalText
  /** Seconds at this address. Default: the option `teaserDelaySeconds`. */
  readonly delaySeconds?: number
  /** Addresses such as `/shoes/*`, and `phone`; as the options of that name. */
  readonly showOn?: string | readonly string[]
  readonly hideOn?: string | readonly string[]
  /** How much of the page has been scrolled past, 0 to 100. */
  readonly scrolledPercent?: number
  /** Waits until the pointer leaves the window at its top. There is no such thing on a touch screen. */
  readonly exitIntent?: boolean
  /** Counted from when it was shown last. Default `visit`: once for as long as the tab lives. */
  readonly howOften?: 'always' | 'visit' | 'day' | 'week' | 'once'
}

/** A question to choose from. */
export interface Suggestion {
  readonly label: string
  /** An emoji, or the address of an image. */
  readonly icon?: string | undefined
  /** What is asked. Default: the label. */
  readonly prompt?: string | undefined
}

/** The types that a row of the table cannot say. */
interface SpecialTypes {
  getToken: (context: TokenContext) => unknown
  userToken: string | (() => string | Promise<string>)
  target: string | Element
  tools: Record<string, PageTool>
  parameters: Record<string, unknown>
  customVariables: Record<string, string>
  metaData: Record<string, string>
  sdkOptions: Record<string, unknown>
  strings: Record<string, string>
  form: readonly FormField[]
  hours: OpeningHours
  teaser: string | readonly TeaserRule[]
  launcherSize: string | number
  radius: string | number
  hideOn: string | readonly string[]
  showOn: string | readonly string[]
  features: string | FeatureSwitches
  suggestions: readonly (string | Suggestion)[]
  onSignIn: () => unknown
  handoff: string | Handoff
}

interface TypeByName {
  text: string
  id: string
  flag: boolean
  number: number
  list: readonly string[]
  switches: never
  /** Only with an entry in {@link SpecialTypes}. */
  code: never
}

type Row<Name extends OptionName> = (typeof OPTIONS)[Name]

/** What an option may hold, in one language. */
type ValueOf<Name extends OptionName> = Name extends keyof SpecialTypes
  ? SpecialTypes[Name]
  : Row<Name> extends { readonly values: readonly (infer Value)[] }
    ? Value
    : TypeByName[Row<Name>['type']]

/** The options of the widget; {@link OPTIONS} says more of each. */
export type ChatWidgetOptions = {
  -readonly [Name in OptionName]?: Row<Name> extends { readonly localized: true }
    ? ValueOf<Name> | Localized<ValueOf<Name>>
    : ValueOf<Name>
}

/** The options that may be in several languages, in the visitor's. */
export type Spoken = {
  readonly [Name in OptionName as Row<Name> extends { readonly localized: true } ? Name : never]?: ValueOf<Name>
}

/** The options that have a default, filled in. */
export type Defaulted<Match = unknown> = {
  -readonly [Name in OptionName as Row<Name> extends Match & { readonly default: unknown }
    ? Name
    : never]: ValueOf<Name>
}

/** Whether they name an agent and where its tokens come from, without which nothing is drawn. `resolveOptions` makes the full check. */
export function isComplete({ botId, appId, workflowId, tokenUrl, getToken }: ChatWidgetOptions): boolean {
  return Boolean((botId || (appId && workflowId)) && (tokenUrl || getToken))
}

/** Names the agent: one page carries one chat for each. */
export function agentKey({ botId, appId, workflowId }: ChatWidgetOptions): string {
  return botId ?? `${appId}/${workflowId}`
}
