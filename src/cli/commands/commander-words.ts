/** What commander itself says, in the language of the terminal. It has no setting for that, but a place for each of its texts. */
import { type Command, Help, type Option } from 'commander'
import { listed, say, speaksChinese } from '../say.ts'

/** Before the commands are declared, since each takes over what it finds. */
export function translateCommander(program: Command): Command {
  program
    .helpOption('-h, --help', say('display help for command', '显示帮助'))
    .helpCommand(`help [${say('command', '命令')}]`, say('display help for command', '显示命令的帮助'))
    .showHelpAfterError(say('(--help lists the options)', '（用 --help 查看选项）'))
  if (!speaksChinese(process.env)) return program
  return program.configureHelp(CHINESE_HELP).configureOutput({
    outputError: (text, write) => write(inChinese(text)),
  })
}

const HEADINGS: Readonly<Record<string, string>> = {
  'Usage:': '用法：',
  'Options:': '选项：',
  'Commands:': '命令：',
}

const CHINESE_HELP: Partial<Help> = {
  styleTitle: (heading) => HEADINGS[heading] ?? heading,
  styleUsage: (usage) => usage.replace('[options]', '[选项]').replace('[command]', '[命令]'),
  styleSubcommandTerm: (term) => term.replace('[options]', '[选项]'),
  optionDescription,
  displayWidth,
  boxWrap,
  // Commander puts a space behind the heading, which has that width already.
  formatHelp: (command, help) => new Help().formatHelp(command, help).replace(/^用法： /, '用法：'),
}

function optionDescription({ description, argChoices, defaultValue, required, envVar }: Option): string {
  const facts = [
    ...(argChoices === undefined ? [] : [`可选：${listed(argChoices)}`]),
    ...(defaultValue === undefined || !required ? [] : [`默认：${defaultValue}`]),
    ...(envVar === undefined ? [] : [`环境变量：${envVar}`]),
  ]
  return facts.length === 0 ? description : `${description}（${facts.join('；')}）`
}

/** Columns in a terminal, where these characters take two. */
function displayWidth(text: string): number {
  return text.replace(/[\p{Script=Han}\u3000-\u303f\uff00-\uff60]/gu, '  ').length
}

/** Lines end between Chinese characters too, and none begins with a closing mark. */
const CHUNK = /\s*（?(?:\p{Script=Han}|[^\s\p{Script=Han}（），。、；：？]+|\S)[），。、；：？]*/gu

function boxWrap(text: string, width: number): string {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    let line = ''
    for (const chunk of paragraph.match(CHUNK) ?? []) {
      if (line !== '' && displayWidth(line + chunk) > width) {
        lines.push(line)
        line = chunk.trimStart()
      } else {
        line += chunk
      }
    }
    lines.push(line)
  }
  return lines.join('\n')
}

/** The refusals of commander that these commands can bring about. What a newer one adds stays in English. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/^error: unknown command '(.*)'/, '错误：没有 $1 这个命令'],
  [/^error: unknown option '(.*)'/, '错误：没有 $1 这个选项'],
  [/^error: required option '(.*)' not specified/, '错误：缺少选项 $1'],
  [/^error: option '(.*)' argument missing/, '错误：选项 $1 缺少值'],
  [/^error: option '(.*?)' argument '(.*)' is invalid\. /s, '错误：选项 $1 的值 "$2" 无效。'],
  [
    /^error: option '(.*?)' value '(.*)' from env '(.*?)' is invalid\. /s,
    '错误：环境变量 $3 的值 "$2" 不能用于选项 $1。',
  ],
  [
    /^error: too many arguments for '(.*)'\. Expected (\d+) arguments? but got (\d+)\./,
    '错误：$1 的参数过多，最多 $2 个，给了 $3 个。',
  ],
  [/\n\(Did you mean (?:one of )?(.*)\?\)\n$/, '\n（是否想用 $1？）\n'],
]

function inChinese(refusal: string): string {
  return REFUSALS.reduce((text, [pattern, chinese]) => text.replace(pattern, chinese), refusal).replace(
    /Allowed choices are (.*)\.\n$/,
    (_, choices: string) => `可选：${listed(choices.split(', '))}。\n`,
  )
}
