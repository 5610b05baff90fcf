/**
 * What is loaded when: the only place of the browser code, besides its entries, that imports at run time. Each `import()` is one file of
 * the build, named like the module that it imports; everything else is in the file of the chat.
 */
import { createPart, type Part } from '../platform/part.ts'
import type { Parts } from '../ui/parts.ts'
import { conversationWords } from '../ui/strings/english/conversation.ts'
import { matchLanguage, type OtherLanguage } from '../ui/strings/match-language.ts'
import { type Strings, type Words, withOverrides } from '../ui/strings/strings.ts'
import type { CoreParts } from './core-parts.ts'

const markdown = createPart(() => import('./parts/markdown.ts'))
/** A card becomes Markdown, which comes beside it. */
const cards = createPart(() => {
  markdown.load().catch(() => {})
  return import('./parts/cards.ts')
})
const media = createPart(() => import('./parts/media.ts'))
const conversations = createPart(() => import('./parts/conversations.ts'))
const problems = createPart(() => import('./parts/problems.ts'))

/** Where the page asks for something before the chat. */
export const beforeChatPart = createPart(() => import('./parts/by-option/before-chat.ts'))

/** Asked for by the chat itself, when there is work for them. */
export const coreParts: CoreParts = {
  cards,
  media,
  conversations,
  recovery: problems,
  tokenResponse: problems,
}

/** A part brings the English that it says. */
const withWords = <Module extends { readonly words: Partial<Words> }>(part: Part<Module>): Part<Module> =>
  createPart(async () => {
    const module = await part.load()
    addEnglish(module.words)
    return module
  })

/** Asked for by the panel when a message, a button or a menu needs them. */
export const panelParts: Parts = {
  markdown: withWords(markdown),
  highlighting: createPart(() => import('./parts/highlighting.ts')),
  math: createPart(() => import('./parts/math.ts')),
  attachments: withWords(media),
  voiceAndShortcuts: withWords(createPart(() => import('./parts/voice-and-shortcuts.ts'))),
  conversations: withWords(conversations),
  steps: withWords(createPart(() => import('./parts/steps.ts'))),
  messageActions: withWords(createPart(() => import('./parts/message-actions.ts'))),
  problems: withWords(problems),
  links: createPart(() => import('./parts/by-option/links.ts')),
  deletion: createPart(() => import('./parts/deletion.ts')),
  backdrop: createPart(() => import('./parts/by-option/backdrop.ts')),
  handoff: createPart(() => import('./parts/by-option/handoff.ts')),
  notices: withWords(createPart(() => import('./parts/by-option/notices.ts'))),
}

/** Where the page asks for Coze's own chat. */
export const officialPart = createPart(() => import('./parts/by-option/official.ts'))

/** When there is something to tell the site's owner. */
export const consolePart = createPart(() => import('./parts/console.ts'))

/** As much of it as was loaded: whatever cannot be loaded, there are words. */
const english: Record<string, string> = { ...conversationWords }
/** Those that were given out, and are completed with each part. */
const givenOut: { readonly strings: Strings; readonly overrides: Readonly<Record<string, string>> | undefined }[] = []

function addEnglish(words: Partial<Words>): void {
  Object.assign(english, words)
  for (const { strings, overrides } of givenOut) Object.assign(strings, withOverrides(words, strings.dir, overrides))
}

function giveEnglish(dir: Strings['dir'], overrides?: Readonly<Record<string, string>>): Strings {
  const strings = withOverrides(english, dir, overrides)
  givenOut.push({ strings, overrides })
  return strings
}

const LANGUAGES: Readonly<Record<OtherLanguage, () => Promise<Words>>> = {
  'zh-Hans': async () => (await import('../ui/strings/languages/zh-hans.ts')).zhCN,
  'zh-Hant': async () => (await import('../ui/strings/languages/zh-hant.ts')).zhTW,
  ja: async () => (await import('../ui/strings/languages/ja.ts')).ja,
  ko: async () => (await import('../ui/strings/languages/ko.ts')).ko,
  es: async () => (await import('../ui/strings/languages/es.ts')).es,
  de: async () => (await import('../ui/strings/languages/de.ts')).de,
  fr: async () => (await import('../ui/strings/languages/fr.ts')).fr,
  pt: async () => (await import('../ui/strings/languages/pt.ts')).ptBR,
  ru: async () => (await import('../ui/strings/languages/ru.ts')).ru,
  ar: async () => (await import('../ui/strings/languages/ar.ts')).ar,
  vi: async () => (await import('../ui/strings/languages/vi.ts')).vi,
}

/**
 * The words of the language that serves a tag best; English where there is none, or where it cannot be loaded. Each part
 * puts in the English that it says, before it draws.
 * @param tag BCP 47
 * @param overrides words of the site's owner, by key; unknown keys and empty values are ignored
 */
export async function loadStrings(tag: string, overrides?: Readonly<Record<string, string>>): Promise<Strings> {
  const { language, dir } = matchLanguage(tag)
  if (language === undefined) return giveEnglish(dir, overrides)
  try {
    return withOverrides(await LANGUAGES[language](), dir, overrides)
  } catch {
    return giveEnglish('ltr', overrides)
  }
}
