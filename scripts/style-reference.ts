/** Every custom property and every part of `<coze-chat>`: for the guides, the playground and `custom-elements.json`. */

type Language = 'en' | 'zh'
type Words = Readonly<Record<Language, string>>

interface StyleProperty extends Words {
  /** As CSS; empty where it depends on something else. */
  readonly initial: string
}

/** By name, without `--coze-chat-`. */
export const STYLE_PROPERTIES: Readonly<Record<string, StyleProperty>> = {
  accent: { en: 'Colour of launcher, links and buttons.', zh: '启动按钮、链接和按钮的颜色。', initial: '#4d53e8' },
  'on-accent': {
    en: 'Colour of what is written on the accent. By itself it is black or white, whichever is read better.',
    zh: '强调色上文字的颜色。默认自动取黑或白中更清晰的一个。',
    initial: '',
  },
  cover: {
    en: 'Background of the top of the chat: a colour, a gradient or an image.',
    zh: '聊天顶部的背景：颜色、渐变或图片。',
    initial: 'none',
  },
  'on-cover': {
    en: 'Colour of what is written on the cover. On a plain colour it is black or white by itself; on anything else set it.',
    zh: '顶部背景上文字的颜色。纯色上自动取黑或白；其他背景请自行设置。',
    initial: '',
  },
  surface: { en: 'Background of the window.', zh: '窗口的背景。', initial: '#fff' },
  'surface-raised': { en: 'Background of what lies on the window.', zh: '窗口之上各部分的背景。', initial: '#f5f5f7' },
  'background-strength': {
    en: 'How much of the picture behind the conversation is seen, from 0 to 1. Up to 0.1, text on it passes whatever it shows.',
    zh: '对话后面的图片显示多少，0 到 1。不超过 0.1 时，无论图片是什么，文字都足够清晰。',
    initial: '0.1',
  },
  text: { en: 'Colour of text.', zh: '文字的颜色。', initial: '#1d1e24' },
  'text-muted': { en: 'Colour of secondary text.', zh: '次要文字的颜色。', initial: '#62656f' },
  border: {
    en: 'Colour of lines. Those around fields are darker by themselves, with 3:1.',
    zh: '线条的颜色。输入框的边线默认更深，达到 3:1。',
    initial: '#e4e4e9',
  },
  font: { en: 'Font family.', zh: '字体。', initial: 'system-ui' },
  'font-size': {
    en: 'Size of text; on touch screens 15px by default.',
    zh: '字号；触摸屏上默认 15px。',
    initial: '14px',
  },
  density: {
    en: 'Factor of the distances between messages and within them.',
    zh: '消息之间和消息内部间距的倍数。',
    initial: '1',
  },
  radius: {
    en: 'Rounding of the window; 12px where it is inline.',
    zh: '窗口的圆角；内嵌时为 12px。',
    initial: '16px',
  },
  'bubble-radius': { en: 'Rounding of messages and the field.', zh: '消息和输入框的圆角。', initial: '16px' },
  'launcher-radius': { en: 'Rounding of the launcher.', zh: '启动按钮的圆角。', initial: '50%' },
  width: { en: 'Width of the floating window.', zh: '浮动窗口的宽度。', initial: '400px' },
  height: { en: 'Height of the floating window.', zh: '浮动窗口的高度。', initial: '680px' },
  'large-width': {
    en: 'Width after the visitor has enlarged the window.',
    zh: '访客放大窗口后的宽度。',
    initial: '720px',
  },
  'large-height': {
    en: 'Height after the visitor has enlarged the window; all there is by default.',
    zh: '访客放大窗口后的高度；默认占满可用高度。',
    initial: '100%',
  },
}

export const STYLE_PARTS: Readonly<Record<string, Words>> = {
  launcher: { en: 'The launcher.', zh: '启动按钮。' },
  badge: { en: 'The number on the launcher.', zh: '启动按钮上的数字。' },
  teaser: { en: 'The bubble beside the launcher.', zh: '启动按钮旁的气泡。' },
  'launcher-menu': { en: 'The menu of a launcher that can be moved.', zh: '可移动的启动按钮的菜单。' },
  'launcher-label': { en: 'The words on a launcher that has some.', zh: '启动按钮上的文字。' },
  before: { en: 'What comes before the chat: consent and form.', zh: '聊天之前的内容：同意和表单。' },
  away: { en: 'The line outside of the opening hours.', zh: '营业时间之外的一行字。' },
  panel: { en: 'The window.', zh: '窗口。' },
  header: { en: 'Its top.', zh: '窗口顶部。' },
  menu: {
    en: 'What opens from a button: tools of the conversation, what can be added.',
    zh: '从按钮打开的菜单：对话工具、可添加的内容。',
  },
  icon: { en: "The agent's picture in it.", zh: '顶部的智能体头像。' },
  handoff: { en: 'The way to a person.', zh: '转人工的按钮。' },
  background: { en: 'The picture behind the conversation.', zh: '对话后面的图片。' },
  transcript: { en: 'Where the messages are.', zh: '消息所在的区域。' },
  'user-message': { en: "A visitor's message.", zh: '访客的消息。' },
  'assistant-message': { en: "The agent's message.", zh: '智能体的消息。' },
  markdown: { en: 'The text in it.', zh: '智能体消息中的文字。' },
  reasoning: { en: 'What the agent thought before it.', zh: '智能体的思考过程。' },
  suggestion: { en: 'A question to choose from.', zh: '可选的问题。' },
  problem: { en: 'A sentence about what went wrong.', zh: '出错时的说明。' },
  'jump-button': { en: 'The button that leads to the newest message.', zh: '跳到最新消息的按钮。' },
  composer: { en: 'The field with its buttons.', zh: '输入区及其按钮。' },
  input: { en: 'The field.', zh: '输入框。' },
  'send-button': { en: 'The button that sends.', zh: '发送按钮。' },
  conversations: { en: 'The list of conversations.', zh: '对话列表。' },
  lightbox: { en: 'A picture that was enlarged.', zh: '放大的图片。' },
}

/** The two tables of a guide. */
export function styleTables(language: Language): Readonly<Record<'properties' | 'parts', string>> {
  const head = {
    properties: { en: '| custom property | default | |', zh: '| 自定义属性 | 默认值 | |' }[language],
    parts: { en: '| part | |', zh: '| 部件 | |' }[language],
  }
  const properties = Object.entries(STYLE_PROPERTIES).map(
    ([name, { initial, ...words }]) =>
      `| \`--coze-chat-${name}\` |${initial ? ` \`${initial}\`` : ''} | ${words[language]} |`,
  )
  const parts = Object.entries(STYLE_PARTS).map(([name, words]) => `| \`::part(${name})\` | ${words[language]} |`)
  return {
    properties: [head.properties, '|---|---|---|', ...properties].join('\n'),
    parts: [head.parts, '|---|---|', ...parts].join('\n'),
  }
}

/** A guide with both tables between their markers. */
export function withStyleTables(guide: string, language: Language): string {
  let written = guide
  for (const [name, table] of Object.entries(styleTables(language))) {
    const between = new RegExp(`(<!-- ${name}:.*?-->\\n)[\\s\\S]*?(\\n<!-- /${name} -->)`)
    if (!between.test(written))
      throw new Error(`The guide has lost its markers <!-- ${name}: … --> and <!-- /${name} -->.`)
    written = written.replace(between, (_, start: string, end: string) => start + table + end)
  }
  return written
}
