/**
 * The one table of options. The TypeScript type, the reading of attributes, the check, the help for misspelt names, the
 * tables in both READMEs, the playground's fields and `custom-elements.json` come from it.
 *
 * The comment above a row is the option's documentation: editors show it beside `ChatWidgetOptions`, and the English
 * README and `custom-elements.json` quote it. It is one line; its Chinese is in `option-docs.zh.ts`.
 *
 * Nothing of it is in the chat's file but what the check needs, in `option-rules.ts`, which is made from it.
 *
 * To add an option, write a row here, its Chinese there and, if it is of type `code`, its type in `widget-options.ts`;
 * then run `node scripts/generate.mjs`. The compiler or `test/options/reference.test.ts` names what was forgotten.
 */

import { FEATURES } from './features.ts'

export interface OptionRow {
  /**
   * `text` · `id`: decimal digits as text, because ids exceed 2^53 · `flag` · `number` · `list`: texts, in an attribute
   * separated by `|` · `switches`: names that are on or off, as text `-name`, in JavaScript also `{ name: false }` ·
   * `code`: what only JavaScript can hold, so it has no attribute
   */
  readonly type: 'text' | 'id' | 'flag' | 'number' | 'list' | 'switches' | 'code'
  /**
   * `identity`: who talks to whom; another value is another chat · `access`: how a token is come by · `look`: how the
   * chat sits on the page · `launcher`: what the launcher does beyond opening the chat · `words`: what the chat says
   * of itself · `features`: what a visitor can do in it · `before`: what comes before the chat · `official`: about Coze's Chat SDK.
   */
  readonly group: 'identity' | 'access' | 'look' | 'launcher' | 'words' | 'features' | 'before' | 'official'
  /** All values there are. */
  readonly values?: readonly string[]
  /** What JavaScript may give besides what `type` says, and for `code` all that it may give. */
  readonly takes?: 'function' | 'object' | 'list' | 'number'
  /** Pixels from `least` (0) to this, as a number or its digits. */
  readonly most?: number
  readonly least?: number
  /** The property of CSS that takes its values, by which they are checked. */
  readonly css?: string
  /** A flag and a number always have one. */
  readonly default?: string | number | boolean
  /** Also as `{ zh: …, en: … }`: `localized.ts` says which of them a visitor reads. */
  readonly localized?: true
  /** A value of a wrong shape is refused, as are those of `identity` and `access`; all others count as not given. */
  readonly refused?: true
  /** The only chat that reads it. Without it both do, or the launcher does. */
  readonly ui?: 'official' | 'light'
}

type DefaultOfType =
  | { readonly type: 'text' | 'id'; readonly default?: string }
  | { readonly type: 'flag'; readonly default: boolean }
  | { readonly type: 'number'; readonly default: number }
  | { readonly type: 'list' | 'switches' | 'code'; readonly default?: never }

export const OPTIONS = {
  /** The agent. Give either this, or `appId` with `workflowId` for a chatflow. */
  botId: { type: 'id', group: 'identity' },
  /** The app of a chatflow. */
  appId: { type: 'id', group: 'identity' },
  /** The chatflow of the app. */
  workflowId: { type: 'id', group: 'identity' },
  /** Your token endpoint. Give either this or `getToken`. */
  tokenUrl: { type: 'text', group: 'identity' },
  /** A function that returns what the token endpoint would return, or only the text of the token. */
  getToken: { type: 'code', takes: 'function', group: 'identity' },
  /** Coze's Chat SDK, or the light chat of this package. */
  ui: { type: 'text', values: ['official', 'light'], default: 'official', group: 'identity' },
  /** Where the id of an anonymous visitor lives: in this tab, or in this browser. */
  session: { type: 'text', values: ['tab', 'device'], default: 'tab', group: 'identity' },
  /** Whether a signed-in user is expected. */
  user: { type: 'text', values: ['auto', 'required', 'anonymous'], default: 'auto', group: 'identity' },
  /** The site's signed identity token (JWT), for a token service on another origin; in JavaScript also a function. */
  userToken: { type: 'text', takes: 'function', group: 'access' },
  /** Name of the session id in the token request, such as `user_id` for a back end written after Coze's guide. */
  tokenField: { type: 'text', default: 'session_id', group: 'identity' },
  /** Allows signed-in users on plain http, for development. */
  allowInsecure: { type: 'flag', default: false, group: 'access' },
  /** Which Coze: it sets the API host, the Chat SDK and the language of a page that names none. Default: as the token endpoint says, otherwise `cn`. */
  region: { type: 'text', values: ['cn', 'com'], group: 'identity' },
  /** Host of Coze's Open API, or the path of the gateway of this package. Default: the host of `region`; without that as the token endpoint says. */
  apiBase: { type: 'text', group: 'identity', ui: 'light' },
  /** Coze's channel. Histories of two channels are apart, so keep it constant. */
  connectorId: { type: 'text', default: '999', group: 'identity', ui: 'light' },
  /** Functions of the page that the agent may call. */
  tools: { type: 'code', takes: 'object', group: 'identity', ui: 'light' },
  /** Values for the agent: chatflow parameters and prompt variables. */
  parameters: { type: 'code', takes: 'object', group: 'identity' },
  /** Values of the agent's variables. */
  customVariables: { type: 'code', takes: 'object', group: 'identity', ui: 'light' },
  /** Data of yours that Coze stores beside each message. */
  metaData: { type: 'code', takes: 'object', group: 'identity', ui: 'light' },

  /** Whether the light chat takes over when Coze's Chat SDK cannot be loaded. */
  officialFallback: { type: 'flag', default: true, group: 'official', ui: 'official' },
  /** Address of the Chat SDK. Default: a pinned version for `region`. */
  sdkUrl: { type: 'text', group: 'official', ui: 'official' },
  /** Subresource integrity of that file, such as `sha384-…`. */
  sdkIntegrity: { type: 'text', group: 'official', ui: 'official', refused: true },
  /** Merged over what is passed to `CozeWebSDK.WebChatClient`, except `auth`. */
  sdkOptions: { type: 'code', takes: 'object', group: 'official', ui: 'official' },

  /** Name at the top of the chat. Default: the agent's. */
  title: { type: 'text', group: 'words', localized: true },
  /** A line under the name, such as "We answer at once". While something is going on, that is said there. */
  subtitle: { type: 'text', group: 'words', ui: 'light', localized: true },
  /** Address of an image for the launcher and the top of the chat. Default: the agent's. */
  icon: { type: 'text', group: 'words' },
  /** Opening message, in Markdown. Default: the agent's. */
  greeting: { type: 'text', group: 'words', ui: 'light', localized: true },
  /** Words in the empty field. */
  placeholder: { type: 'text', group: 'words', ui: 'light' },
  /** Questions to choose from before the first one. Default: the agent's. One may be `{ label, icon, prompt }`: the icon is an emoji or the address of an image, the prompt is what is asked in place of the label. */
  suggestions: { type: 'list', group: 'words', ui: 'light', localized: true },
  /** A line under the field, such as `Answers are made by AI. [How?](https://shop.example/ai)`. */
  disclaimer: { type: 'text', group: 'words', localized: true },
  /** Language as a BCP 47 tag; `zh-CN`, `zh-TW`, `en`, `ja`, `ko`, `es`, `de`, `fr`, `pt-BR`, `ru`, `ar` and `vi` have words, loaded when they are spoken. Default: the page's. */
  lang: { type: 'text', group: 'words' },
  /** Replaces any visible word by its key; the keys are in `src/ui/strings`. */
  strings: { type: 'code', takes: 'object', group: 'words' },
  /** Hosts whose pictures in answers load at once, such as `*.shop.example`, or `shop.example/media` for what lies below a path. Coze's file hosts do already; all others wait for a click, your own site too, because an answer chooses the address and the browser sends the visitor's cookies. Of your own site and of `apiBase`, a host without a path allows addresses that end like a picture and have no query. */
  imageHosts: { type: 'list', group: 'words', ui: 'light' },

  /** Takes away what a visitor could do, such as `-upload -voice`; in JavaScript also `{ upload: false }`. `header` shows all the same where a chat that fills the screen needs its close button. With Coze's Chat SDK: `upload`, `voice`, `newConversation`, and `header` in an `inline` chat. */
  features: { type: 'switches', takes: 'object', values: FEATURES, group: 'features' },
  /** What visitors see of the tools and the knowledge that the agent used: their names, also what went in and came out, or nothing. With Coze's Chat SDK `full` shows them. */
  steps: { type: 'text', values: ['names', 'full', 'none'], default: 'names', group: 'features' },
  /** Address of your login, behind the button "Sign in" that is shown where only signed-in users may chat. `{url}` in it becomes the address of the page, such as `/login?next={url}`. */
  signInUrl: { type: 'text', group: 'features' },
  /** Called by that button in place of an address. When a promise that it returns is fulfilled, the chat asks again who is there. */
  onSignIn: { type: 'code', takes: 'function', group: 'features' },
  /** The way to a person, as `Talk to us | mailto:help@shop.example`; in JavaScript `{ label, icon, url, onClick }`. It is offered at the top of the chat, beside failures that trying again does not mend, and beside an answer that was rated bad. With Coze's Chat SDK: beside failures. */
  handoff: { type: 'text', takes: 'object', group: 'features' },
  /** How a visitor learns of an answer that comes while the chat is closed or its page is not seen. They switch it in the menu at the top of the chat; the browser is asked for its permission only when they switch it on. */
  notify: { type: 'text', values: ['off', 'sound', 'desktop', 'both'], default: 'off', group: 'features', ui: 'light' },
  /** What a visitor agrees to before anything is sent: text with links, such as `By chatting you agree to our [privacy policy](https://shop.example/privacy).` Until then nothing is asked of the token service or of Coze. Remembered per visitor, agent and text. */
  consent: { type: 'text', group: 'before', refused: true },
  /** Fields that a visitor fills in before the first question, such as `[{ name: 'email', type: 'email', label: 'E-mail', required: true }]`. The answers become `customVariables` (of a chatflow: `parameters`). */
  form: { type: 'code', takes: 'list', group: 'before', ui: 'light' },
  /** Opening hours, such as `{ timeZone: 'Asia/Shanghai', week: { mon: '09:00-18:00' } }`. Outside of them a line says when somebody is there again; with `mayWrite: false` the chat waits until then. */
  hours: { type: 'code', takes: 'object', group: 'before', ui: 'light' },

  /** Colours of the chat. `auto` follows the visitor's system. */
  theme: { type: 'text', values: ['auto', 'light', 'dark'], default: 'auto', group: 'look' },
  /** Any CSS colour. */
  accent: { type: 'text', group: 'look', css: 'color' },
  /** Rounding of the window, of messages and of the field, in pixels, 0 to 32. Default: 16, and 12 for a window that is `inline`. */
  radius: { type: 'text', takes: 'number', group: 'look', most: 32 },
  /** Distances between messages, and within them. */
  density: { type: 'text', values: ['comfortable', 'compact'], default: 'comfortable', group: 'look', ui: 'light' },
  /** Fonts as CSS has them, such as `Inter, sans-serif`, or `var(--site-font)` for one that your page names. A font that is not installed, your page loads. Default: that of the visitor's system. */
  font: { type: 'text', group: 'look', ui: 'light', css: 'font-family' },
  /** A faint picture behind the conversation: `agent` for the one that the agent has at Coze, or an address. */
  background: { type: 'text', group: 'look', ui: 'light' },
  /** Corner of the launcher. */
  position: { type: 'text', values: ['bottom-right', 'bottom-left'], default: 'bottom-right', group: 'look' },
  /** Pixels from the side of the window. */
  offsetX: { type: 'number', default: 20, group: 'look' },
  /** Pixels from the bottom of the window. */
  offsetY: { type: 'number', default: 20, group: 'look' },
  /** Layer of launcher and window. */
  zIndex: { type: 'number', default: 2147483000, group: 'look' },
  /** Whether the chat fills its container instead of floating. Give the container a height; without one the chat is 320 pixels high. */
  inline: { type: 'flag', default: false, group: 'look' },
  /** Selector of the element to mount into; in JavaScript also the element. Default: the end of the page. */
  target: { type: 'text', takes: 'object', group: 'look' },
  /** Whether there is a button. Without it, open the chat by `chat.toggle()`. */
  launcher: { type: 'flag', default: true, group: 'look' },
  /** Whether the chat is open from the start. The focus stays where it is. */
  open: { type: 'flag', default: false, group: 'look' },
  /** Whether the field takes the focus when a chat opens that is not `inline`. `auto`, the default: not on touch screens, whose keyboard would cover half of the chat. `always`: there too, so that a phone shows its keyboard with the tap. `never`: the focus goes into the chat, but not into its field. */
  focusOnOpen: { type: 'text', values: ['auto', 'always', 'never'], group: 'look', ui: 'light' },
  /** Whether the script tag fetches the chat's file ahead of the visitor: once the page is idle and seen, on a fast network, without Save-Data. */
  preload: { type: 'flag', default: true, group: 'look' },
  /** For a page with a strict Content-Security-Policy. Default: the nonce of the script tag. */
  nonce: { type: 'text', group: 'look' },

  /** Words in a bubble beside the launcher. A visitor who dismisses it or opens the chat does not see them again in this tab. On an event of yours: `chat.setOptions({ teaser, teaserDelaySeconds: 0 })`. In JavaScript also several with rules, one at a time, the first one that fits: `[{ text: 'Questions about sizes?', showOn: '/shoes/*', delaySeconds: 20, howOften: 'day' }]`. */
  teaser: { type: 'text', takes: 'list', group: 'launcher', localized: true },
  /** Seconds before the teaser shows. */
  teaserDelaySeconds: { type: 'number', default: 5, group: 'launcher' },
  /** Words on the launcher, which becomes as wide as they are. */
  launcherText: { type: 'text', group: 'launcher' },
  /** Height of the launcher in pixels, 44 to 96. Default: 56. */
  launcherSize: { type: 'text', takes: 'number', group: 'launcher', least: 44, most: 96 },
  /** Address of an image for the launcher alone. Empty: a speech bubble, whatever `icon` is. Default: `icon`. */
  launcherIcon: { type: 'text', group: 'launcher' },
  /** Where there is no launcher: addresses such as `/checkout/* | /login`, and `phone`; in JavaScript also a list. */
  hideOn: { type: 'text', takes: 'list', group: 'launcher' },
  /** Where there is a launcher: addresses such as `/help/*`, and `phone`; in JavaScript also a list. Default: everywhere. */
  showOn: { type: 'text', takes: 'list', group: 'launcher' },
  /** Whether the visitor may move the launcher by dragging, by arrow keys (Home puts it back) or by its menu (right click, long press); this browser remembers. */
  movable: { type: 'flag', default: false, group: 'launcher' },
  /** Keys that open and close the chat, such as `Alt+Shift+C` (the notation of `aria-keyshortcuts`). Fields of the page keep their keys. */
  shortcut: { type: 'text', group: 'launcher' },
  /** Whether the page's title counts answers that come while the visitor is in another tab. */
  titleBadge: { type: 'flag', default: false, group: 'launcher' },
  /** Whether a chat that was open stays so when the visitor goes on to another page of the site, in this tab. It does not take the focus then, and on a phone, where it would cover the page, it stays closed. */
  keepOpen: { type: 'flag', default: false, group: 'launcher' },
} as const satisfies Readonly<Record<string, OptionRow & DefaultOfType>>

export type OptionName = keyof typeof OPTIONS
