/**
 * What is made from the table of options: the tables of both READMEs, what the element reads before the chat is loaded,
 * the playground's fields, and `custom-elements.json`. Pure; `scripts/generate.mjs` and the build write the files.
 */
import type { ChatEventType } from '../src/element/chat-widget.ts'
import { toAttribute } from '../src/options/attribute-names.ts'
import { FEATURES } from '../src/options/features.ts'
import { OPTION_DOCS_ZH } from '../src/options/option-docs.zh.ts'
import { OPTIONS, type OptionName, type OptionRow } from '../src/options/option-table.ts'
import { STYLE_PARTS, STYLE_PROPERTIES, withStyleTables } from './style-reference.ts'

type Language = 'en' | 'zh'

const ROWS = Object.entries(OPTIONS) as [OptionName, OptionRow][]

const PARTS: Readonly<Record<OptionRow['group'], Record<Language, string>>> = {
  identity: { en: 'Agent, token and visitor', zh: '智能体、令牌与访客' },
  access: { en: 'Signed-in users', zh: '登录用户' },
  official: { en: "Coze's Chat SDK", zh: '扣子 Chat SDK' },
  words: { en: 'What the chat says', zh: '聊天的文字' },
  before: { en: 'Before the chat', zh: '聊天之前' },
  look: { en: 'How it sits on the page', zh: '在网页上的样子' },
  features: { en: 'What visitors can do', zh: '访客能做什么' },
  launcher: { en: 'Launcher', zh: '启动按钮' },
}

/** What the chat of the playground follows at once. The others need another page or another chat: they are in its snippet alone. */
const isLive = (name: OptionName, { group }: OptionRow) =>
  !['identity', 'access', 'official'].includes(group) &&
  !['inline', 'target', 'open', 'preload', 'nonce'].includes(name)

const EVENTS: Readonly<Record<ChatEventType, string>> = {
  ready: 'The chat is on the page.',
  open: 'The chat was opened.',
  close: 'The chat was closed.',
  message: 'A question was asked, or an answer has ended: `{ role, text }`.',
  unread: 'The number of answers that came while the chat was closed: `{ count }`.',
  suggestion: 'A suggested question was chosen: `{ kind, index, label? }`.',
  feedback: 'An answer was rated: `{ rating, messageId, reasons?, commented? }`.',
  conversation: 'A conversation was begun, opened, renamed, deleted, saved, or its context cleared: `{ action, id }`.',
  link: 'A link in an answer was followed: `{ url }`, without query and fragment.',
  handoff: 'The visitor wants a person: `{ from, code? }`.',
  session: 'Who is there: `{ sessionId, subject, kind }`.',
  token: 'A token came: `{ expiresInMs, renewals }`.',
  consent: 'The visitor has agreed to what `consent` says, or has taken that back: `{ given }`.',
  teaser: 'A bubble beside the launcher was shown, pressed, or put away: `{ text, action }`.',
  error: 'Something failed: `{ code, retryable, cause }`.',
  destroy: 'The chat has left the page.',
}

/** The comment above each row of the table. */
export function readDocs(tableSource: string): Readonly<Record<OptionName, string>> {
  const docs: Partial<Record<OptionName, string>> = {}
  for (const [name] of ROWS) {
    const doc = new RegExp(`^  /\\*\\* (.+) \\*/\\n  ${name}: \\{`, 'm').exec(tableSource)?.[1]
    if (doc === undefined)
      throw new Error(`The row of ${name} in option-table.ts needs a comment of one line above it.`)
    docs[name] = doc
  }
  return docs as Record<OptionName, string>
}

/** The rows of README.md or README.zh-CN.md, with a heading for each part. */
export function readmeTable(language: Language, tableSource: string): string {
  const docs = language === 'en' ? readDocs(tableSource) : OPTION_DOCS_ZH
  const head = { en: '| option | values (default first) | |', zh: '| 选项 | 取值（第一个是默认值） | |' }[language]
  const lines = Object.entries(PARTS).flatMap(([part, heading]) => [
    `| **${heading[language]}** | | |`,
    ...ROWS.filter(([, row]) => row.group === part).map(([name, row]) =>
      tableRow([`\`${name}\``, valuesCell(row, language), `${docs[name]}${uiNote(row, language)}`]),
    ),
  ])
  return [head, '|---|---|---|', ...lines].join('\n')
}

const tableRow = (cells: readonly string[]) =>
  `|${cells.map((cell) => (cell ? ` ${cell.replaceAll('|', '\\|')} |` : ' |')).join('')}`

function valuesCell(row: OptionRow, language: Language): string {
  if (row.type === 'switches') return (row.values ?? []).map((name) => `\`-${name}\``).join(' ')
  const values = row.values ?? (row.default === undefined ? [] : [String(row.default)])
  if (values.length > 0) return values.map((value) => `\`${value}\``).join(language === 'en' ? ', ' : '、')
  if (row.type === 'code') return { en: 'JavaScript only', zh: '只在 JavaScript 里' }[language]
  return row.type === 'list' ? '`a | b`' : ''
}

function uiNote({ ui, group }: OptionRow, language: Language): string {
  if (ui === 'light') return { en: ' Light chat only.', zh: '仅轻量聊天。' }[language]
  return ui === 'official' && group !== 'official' ? { en: ' Chat SDK only.', zh: '仅 Chat SDK。' }[language] : ''
}

/** A README with its table between the two markers.replaced. */
export function withReadmeTable(readme: string, language: Language, tableSource: string): string {
  const between = /(<!-- options:.*?-->\n)[\s\S]*?(\n<!-- \/options -->)/
  if (!between.test(readme))
    throw new Error('The README has lost its markers <!-- options: … --> and <!-- /options -->.')
  return readme.replace(between, (_, start: string, end: string) => start + readmeTable(language, tableSource) + end)
}

/** Whether the element fills in the default. */
const isOfElement = ({ type, group, ui }: OptionRow) =>
  type === 'flag' || type === 'number' || (ui !== 'light' && (group === 'look' || group === 'launcher'))

/** The module `src/options/element-options.ts`. */
export function elementOptionsModule(): string {
  const defaults = ROWS.filter(([, row]) => isOfElement(row)).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [`  ${name}: ${JSON.stringify(value).replaceAll('"', "'")},`],
  )
  const limits = ROWS.flatMap(([name, { least, most }]) =>
    most
      ? [`export const ${name.replace(/[A-Z]/g, '_$&').toUpperCase()}_LIMITS = ${JSON.stringify({ least, most })}`]
      : [],
  )
  return `// biome-ignore-all format: made from src/options/option-table.ts by scripts/generate.mjs
/** What the element reads of the table of options: defaults, by whose types it reads attributes, and limits. */
import type { Defaulted } from './widget-options.ts'

/** The defaults of look and launcher that no chat fills in, and those of every flag and number: their types say how an attribute is read. */
export const ELEMENT_DEFAULTS: Readonly<
  Defaulted<{ type: 'flag' | 'number' }> & Omit<Defaulted<{ group: 'look' | 'launcher' }>, keyof Defaulted<{ ui: 'light' }>>
> = {
${defaults.join('\n')}
}

// Beyond these a size counts as not given.
${limits.join('\n')}
`
}

/** In words that the check compares with `typeof`. */
const KINDS: Readonly<Partial<Record<OptionRow['type'], string>>> = {
  flag: 'boolean',
  number: 'number',
  list: 'text or list',
  code: '',
}

/** The module `src/options/option-rules.ts`. */
export function optionRulesModule(): string {
  const rules = ROWS.map(([name, row]) => {
    const { type, group, values, default: value, ui: _, takes, ...others } = row
    const is = [KINDS[type] ?? 'text', takes].filter(Boolean).join(' or ')
    const rule = {
      ...(['id', 'list', 'switches'].includes(type) && { type }),
      ...(group === 'identity' && { identity: true }),
      ...(group === 'access' && type !== 'flag' && { refused: true }),
      ...(is !== 'text' && { is }),
      ...(values && { values }),
      ...(value !== undefined && !isOfElement(row) && { default: value }),
      ...others,
    }
    // Once in a file is enough.
    return `  ${name}: ${JSON.stringify(rule).replace(JSON.stringify(FEATURES), 'FEATURES')},`
  })
  return `// biome-ignore-all format: made from src/options/option-table.ts by scripts/generate.mjs
/** What the check reads of the table of options, apart from what only types and documents read: the chat's file is loaded by every visitor who opens it. */
import { FEATURES } from './features.ts'
import type { OptionName, OptionRow } from './option-table.ts'

export interface OptionRule extends Pick<OptionRow, 'values' | 'default' | 'localized' | 'least' | 'most' | 'css'> {
  /** Only where the check asks for it. */
  readonly type?: 'id' | 'list' | 'switches'
  /** Another value is another chat. */
  readonly identity?: true
  /** A value of a wrong shape is refused, and does not count as not given. */
  readonly refused?: true
  /** What it may be, in words: text, list, or what \`typeof\` says. Without it: text. */
  readonly is?: string
}

/** Never by a plain index for a name that may be none of ours: every object has a \`constructor\`. Defaults that the element fills in are left out. */
export const OPTION_RULES: Readonly<Record<OptionName, OptionRule>> = {
${rules.join('\n')}
}
`
}

/** The module `demo/playground-options.js`: every option, and whether it can be watched. */
export function playgroundModule(tableSource: string): string {
  const docs = readDocs(tableSource)
  const fields = ROWS.map(([name, row]) => ({
    name,
    type: row.type,
    group: row.group,
    live: isLive(name, row),
    ...(row.values && { values: row.values }),
    ...(row.default !== undefined && { default: row.default }),
    about: { en: docs[name], zh: OPTION_DOCS_ZH[name] },
  }))
  const styles = Object.entries(STYLE_PROPERTIES)
    .filter(([name]) => name !== 'accent')
    .map(([name, { initial, ...about }]) => ({ name, initial, about }))
  return `// biome-ignore-all format: made from src/options/option-table.ts by scripts/generate.mjs
export const OPTIONS = [
${fields.map((field) => `  ${JSON.stringify(field)},`).join('\n')}
]

export const GROUPS = ${JSON.stringify(PARTS)}

/** Custom properties, without \`--coze-chat-\`. */
export const STYLES = [
${styles.map((style) => `  ${JSON.stringify(style)},`).join('\n')}
]
`
}

/** The custom elements manifest (https://github.com/webcomponents/custom-elements-manifest), by which editors complete `<coze-chat>`. */
export function customElementsManifest(tableSource: string) {
  const docs = readDocs(tableSource)
  const module = 'dist/browser/index.js'
  const attributes = ROWS.filter(([, { type }]) => type !== 'code').map(([name, row]) => ({
    name: toAttribute(name),
    fieldName: name,
    description: `${docs[name]}${uiNote(row, 'en')}`,
    type: { text: attributeType(row) },
    ...(row.default !== undefined && { default: JSON.stringify(row.default) }),
  }))
  const element = {
    kind: 'class',
    customElement: true,
    name: 'CozeChatElement',
    tagName: 'coze-chat',
    description: 'A chat with a Coze agent.',
    superclass: { name: 'HTMLElement' },
    attributes,
    members: [
      {
        kind: 'field',
        name: 'chat',
        type: { text: 'ChatWidget' },
        readonly: true,
        description: 'The handle of the chat.',
      },
      {
        kind: 'field',
        name: 'options',
        type: { text: 'ChatWidgetOptions' },
        description: 'All options; those given here win over attributes.',
      },
    ],
    events: Object.entries(EVENTS).map(([type, description]) => ({
      name: `coze-chat:${type}`,
      type: { text: 'CustomEvent' },
      description,
    })),
    cssProperties: Object.entries(STYLE_PROPERTIES).map(([name, { en, initial }]) => ({
      name: `--coze-chat-${name}`,
      description: en,
      ...(initial && { default: initial }),
    })),
    cssParts: Object.entries(STYLE_PARTS).map(([name, { en }]) => ({ name, description: en })),
  }
  return {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path: module,
        declarations: [element],
        exports: [
          { kind: 'custom-element-definition', name: element.tagName, declaration: { name: element.name, module } },
        ],
      },
    ],
  }
}

function attributeType({ type, values, most }: OptionRow): string {
  if (most !== undefined) return 'number'
  if (values && type !== 'switches') return values.map((value) => `'${value}'`).join(' | ')
  return {
    flag: 'boolean',
    number: 'number',
    list: 'string',
    text: 'string',
    id: 'string',
    switches: 'string',
    code: 'never',
  }[type]
}

/**
 * Each generated file of the repository with what it should hold.
 * @param tableSource the text of `option-table.ts`
 * @param read returns the text of a file of the repository
 */
export function generatedFiles(tableSource: string, read: (path: string) => string): Readonly<Record<string, string>> {
  return {
    'README.md': withReadmeTable(read('README.md'), 'en', tableSource),
    'README.zh-CN.md': withReadmeTable(read('README.zh-CN.md'), 'zh', tableSource),
    'docs/guides/appearance.md': withStyleTables(read('docs/guides/appearance.md'), 'en'),
    'docs/guides/appearance.zh-CN.md': withStyleTables(read('docs/guides/appearance.zh-CN.md'), 'zh'),
    'src/options/element-options.ts': elementOptionsModule(),
    'src/options/option-rules.ts': optionRulesModule(),
    'demo/playground-options.js': playgroundModule(tableSource),
  }
}
