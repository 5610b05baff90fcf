/** Slash commands: each shows one kind of answer or one way to fail. Pure. */
import { VENDOR_CODES } from '../../coze/vendor-codes.ts'
import { isRecord } from '../../platform/is-record.ts'
import { parseJson } from '../../platform/parse-json.ts'
import type { Language } from '../world/language.ts'
import {
  CARD_SAMPLE,
  CODE_SAMPLE,
  longAnswer,
  MARKDOWN_SAMPLE,
  MATH_SAMPLE,
  TABLE_SAMPLE,
  THINK_SAMPLE,
} from './sample-answers.ts'
import { GENERAL_FOLLOW_UPS } from './small-talk.ts'
import type { Refusal, TurnPlan } from './turn-plan.ts'

/** What a command needs to know of the question. */
export interface CommandContext {
  language: Language
  /** Of the simulator, which serves the pictures of answers. */
  origin: string
  /** What the page can show and do: see {@link Ability}. */
  page: string
}

type Command = (argument: string, language: Language, context: CommandContext) => TurnPlan | Refusal

/** UTF-16 units of `/long`. */
const MAX_LONG_LENGTH = 500_000
const DEFAULT_LONG_LENGTH = 20_000
const DEFAULT_SLOW_SECONDS = 3
const SLOW_PIECE_MS = 150

/**
 * What a page may lack, or have beyond what our own chat always shows. A page says it by the parameter `page`: `functions -sound` has functions
 * for the agent and plays no sound.
 */
type Ability = 'formatting' | 'thinking' | 'pictures' | 'cards' | 'sound' | 'functions'
const USUAL: readonly Ability[] = ['formatting', 'thinking', 'pictures', 'cards', 'sound']

interface HelpRow extends Record<Language, string> {
  /** With their arguments. */
  commands: readonly string[]
  needs?: Ability
}

const HELP: readonly HelpRow[] = [
  { commands: ['markdown', 'table', 'code', 'math'], needs: 'formatting', zh: '各种排版', en: 'formatting' },
  { commands: ['long 20000'], zh: '长回答，可指定字数', en: 'a long answer, as long as you like' },
  { commands: ['think'], needs: 'thinking', zh: '先思考再回答', en: 'thinking before answering' },
  { commands: ['tool'], zh: '调用插件', en: 'a plugin' },
  { commands: ['tool local'], needs: 'functions', zh: '调用网页里的函数', en: 'a function of the page' },
  { commands: ['suggest'], zh: '只给建议问题', en: 'suggested questions' },
  { commands: ['image'], needs: 'pictures', zh: '图片', en: 'pictures' },
  { commands: ['card'], needs: 'cards', zh: '卡片', en: 'cards' },
  { commands: ['voice'], needs: 'sound', zh: '语音', en: 'speech' },
  { commands: ['ask'], zh: '反问一句，等你回答', en: 'a question back to you' },
  {
    commands: ['error 4013', 'error 4013 late'],
    zh: '开始前、回答中途出错',
    en: 'a failure before, or within, the answer',
  },
  { commands: ['cut', 'slow'], zh: '断线、慢速', en: 'a lost connection, a slow one' },
  { commands: ['expire'], zh: '让当前令牌失效', en: 'makes this token worthless' },
]

const HELP_HEAD: Record<Language, string> = {
  zh: '可以试试这些指令：\n\n| 指令 | 效果 |\n|:-----|:-----|',
  en: 'Try one of these:\n\n| Command | Shows |\n|:--------|:------|',
}

/** The commands that show something on this page. */
function help(language: Language, page: string): string {
  const said = page.split(/\s+/)
  const has = (ability: Ability) => said.includes(ability) || (USUAL.includes(ability) && !said.includes(`-${ability}`))
  const rows = HELP.filter(({ needs }) => needs === undefined || has(needs)).map(
    ({ commands, [language]: words }) => `| ${commands.map((command) => `\`/${command}\``).join(' ')} | ${words} |`,
  )
  return [HELP_HEAD[language], ...rows].join('\n')
}

const say = (text: string, language: Language): TurnPlan => ({
  steps: [{ type: 'answer', text }],
  followUps: GENERAL_FOLLOW_UPS[language],
})

const COMMANDS: Record<string, Command> = {
  help: (_argument, language, { page }) => say(help(language, page), language),
  markdown: (_argument, language) => say(MARKDOWN_SAMPLE[language], language),
  table: (_argument, language) => say(TABLE_SAMPLE[language], language),
  code: (_argument, language) => say(CODE_SAMPLE[language], language),
  math: (_argument, language) => say(MATH_SAMPLE[language], language),
  long: (argument, language) => {
    const length = Number.parseInt(argument, 10)
    return say(longAnswer(length > 0 ? Math.min(length, MAX_LONG_LENGTH) : DEFAULT_LONG_LENGTH, language), language)
  },
  think: (_argument, language) => ({
    steps: [{ type: 'answer', ...THINK_SAMPLE[language] }],
    followUps: GENERAL_FOLLOW_UPS[language],
  }),
  tool: (argument, language) =>
    /^local\b/.test(argument) ? localTool(argument.slice(5).trim()) : pluginTool(language),
  suggest: (_argument, language) =>
    say(language === 'zh' ? '接下来你可能想问：' : 'You might want to ask next:', language),
  image: (argument, language, { origin }) => {
    const host = argument === 'foreign' ? 'https://images.example.org' : `${origin}/assets`
    const caption = language === 'zh' ? '刚冲好的一杯' : 'Freshly poured'
    const text = language === 'zh' ? '今天的出品：' : 'Fresh from the bar:'
    return say(`${text}\n\n![${caption}](${host}/cup.svg)\n\n*${caption}*`, language)
  },
  card: (_argument, language) => ({
    steps: [{ type: 'card', card: CARD_SAMPLE[language] }],
    followUps: GENERAL_FOLLOW_UPS[language],
  }),
  voice: (_argument, language) => ({
    steps: [
      { type: 'voice', text: language === 'zh' ? '你好，欢迎来到港湾咖啡！' : 'Hello, welcome to Harbour Coffee!' },
    ],
    followUps: [],
  }),
  ask: (_argument, language) => ({
    steps: [
      {
        type: 'ask',
        text: language === 'zh' ? '想要多大杯？小杯、中杯还是大杯？' : 'Which size: small, medium or large?',
      },
    ],
    followUps: [],
  }),
  error: (argument, language) => {
    const [number = '', when = ''] = argument.split(/\s+/)
    const code = Number.parseInt(number, 10) || VENDOR_CODES.internal.number
    if (when !== 'late' && when !== 'event') return { refusal: code }
    return {
      steps: [
        { type: 'answer', text: language === 'zh' ? '好的，我来看一下，' : 'Sure, let me have a look, ' },
        { type: 'fail', code, shape: when === 'late' ? 'chat' : 'error' },
      ],
      followUps: [],
    }
  },
  cut: (_argument, language) => {
    const text = MARKDOWN_SAMPLE[language]
    return {
      steps: [{ type: 'answer', text, cutAt: Math.floor(text.length / 2) }],
      followUps: GENERAL_FOLLOW_UPS[language],
    }
  },
  slow: (argument, language) => ({
    ...say(
      language === 'zh' ? '抱歉让你久等了，今天网络有点慢。' : 'Sorry to keep you waiting, the line is slow today.',
      language,
    ),
    firstByteDelayMs: (Number.parseFloat(argument) || DEFAULT_SLOW_SECONDS) * 1000,
    pieceDelayMs: SLOW_PIECE_MS,
  }),
  expire: (_argument, language) => ({
    steps: [
      { type: 'revoke' },
      {
        type: 'answer',
        text:
          language === 'zh'
            ? '这次对话的令牌已经失效。再发一条试试：你不应该察觉到任何异样。'
            : 'The token of this chat is worthless now. Send another message: you should not notice a thing.',
      },
    ],
    followUps: GENERAL_FOLLOW_UPS[language],
  }),
}

/** @returns the plan for a text that begins with a slash; undefined where no such command exists */
export function runCommand(text: string, context: CommandContext): TurnPlan | Refusal | undefined {
  const [, name = '', argument = ''] = /^\/(\w+)\s*([\s\S]*)$/.exec(text) ?? []
  if (!Object.hasOwn(COMMANDS, name)) return undefined
  return COMMANDS[name]?.(argument.trim(), context.language, context)
}

function pluginTool(language: Language): TurnPlan {
  const orders = [
    { id: 'HC-20931', status: language === 'zh' ? '已发货' : 'shipped', eta: '2026-03-14' },
    { id: 'HC-20877', status: language === 'zh' ? '已签收' : 'delivered', eta: '2026-03-02' },
  ]
  return {
    steps: [
      {
        type: 'tool',
        call: { name: 'search_orders', arguments: { limit: 2, sort: 'newest' } },
        plugin: language === 'zh' ? '订单查询' : 'Orders',
        result: JSON.stringify({ orders }),
      },
      {
        type: 'answer',
        text:
          language === 'zh'
            ? '查到了你最近的两个订单：\n\n- **HC-20931** 已发货，预计 3 月 14 日送达\n- **HC-20877** 已签收'
            : 'I found your last two orders:\n\n- **HC-20931** has shipped and should arrive on 14 March\n- **HC-20877** was delivered',
      },
    ],
    followUps: GENERAL_FOLLOW_UPS[language],
  }
}

/** `/tool local [name] [JSON arguments]` calls a function of the page, `get_cart` by default. */
function localTool(argument: string): TurnPlan {
  const [, name = 'get_cart', json = ''] = /^(\w+)?\s*([\s\S]*)$/.exec(argument) ?? []
  return { steps: [{ type: 'page-tools', calls: [{ name, arguments: parseArguments(json) }] }], followUps: [] }
}

function parseArguments(json: string): Record<string, unknown> {
  const value = parseJson(json)
  return isRecord(value) ? value : {}
}
