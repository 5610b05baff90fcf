import type { Command } from 'commander'
import { collectTexts, commaList, wholeNumber } from '../option-values.ts'
import { printReport } from '../report/print-report.ts'
import { say } from '../say.ts'
import type { VerifyOptions } from '../verify/verify.ts'
import { jsonOption } from './shared-options.ts'

export function declareVerify(program: Command): void {
  program
    .command('verify')
    .description(
      say(
        'attack a running token service: can a visitor reach the conversation of another?',
        '攻击运行中的令牌服务：访客能否进入别人的对话？',
      ),
    )
    .requiredOption('--token-url <url>', say('where the widget asks for its token', '小部件请求令牌的地址'))
    .option(
      '--api-base <url>',
      say(
        'the Open API, or the gateway of the service (default: as the service says, otherwise https://api.coze.cn)',
        'Open API 或服务的网关（默认：以服务的回答为准，否则为 https://api.coze.cn）',
      ),
    )
    .option('--bot-id <id>', say('agent to talk to', '用来对话的智能体'))
    .option('--app-id <id>', say('or: app of the chatflow to talk to', '或：对话流所在的应用'))
    .option('--workflow-id <id>', say('and its chatflow', '以及该对话流'))
    .option(
      `--origin <${say('origin', '来源')}>`,
      say(
        'origin of the pages with the widget (default: that of --token-url)',
        '小部件所在网页的来源（origin），默认与 --token-url 相同',
      ),
    )
    .option(
      `--bearer <${say('token', '令牌')}>`,
      say('identity token of a signed-in test user; twice for two users', '已登录的测试用户的身份令牌；两位用户给两次'),
      collectTexts,
    )
    .option(
      '--cookie <cookie>',
      say('or: cookie of a signed-in test user; twice for two users', '或：已登录的测试用户的 cookie；两位用户给两次'),
      collectTexts,
    )
    .option('--other-token-url <url>', say('a second site on the same Coze account', '同一扣子账号下的另一个网站'))
    .option(
      `--token-field <${say('name', '名称')}>`,
      say(
        'field in which the service reads the id of a visitor (default: found out)',
        '服务从哪个字段读取访客 ID（默认：自动探测）',
      ),
    )
    .option(
      `--flood <${say('number', '数量')}>`,
      say('new visitors of the flood, 0 for none', '洪泛测试的新访客数，0 表示不测'),
      wholeNumber(0, 100_000),
      300,
    )
    .option(
      `--only <${say('ids', '编号')}>`,
      say('some checks only, such as guide,T4,T8', '只做部分检查，如 guide,T4,T8'),
      commaList,
    )
    .addOption(jsonOption())
    .addHelpText('after', say(NOTES_EN, NOTES_ZH))
    .action(async (options: VerifyOptions & { json?: true }) => {
      const { verify } = await import('../verify/verify.ts')
      printReport(await verify(options), options.json)
    })
}

const NOTES_EN = `
The guide's conversation (张三 and 李四), then T1-T12, T15, T20 and T21 of the threat list. It mints real tokens, asks
the agent a handful of questions, and ends with a flood that uses up the limits of this address for a minute.
Run it against services of your own only. Exit code 0: no hole, 1: a hole or a check that failed, 2: it could not begin.

Example:
  coze-chat-widget verify --token-url https://shop.example/api/coze/token --bot-id 7300000000000000001`

const NOTES_ZH = `
先进行指南中的对话（张三和李四），再试威胁清单中的 T1-T12、T15、T20 和 T21。过程中会换取真实的令牌，
向智能体提几个问题，最后是洪泛测试：此后约一分钟内，本机所在的地址会被限流。
只可用于自己的服务。退出码 0：没有漏洞，1：有漏洞，或有检查没能完成，2：无法开始。

示例：
  coze-chat-widget verify --token-url https://shop.example/api/coze/token --bot-id 7300000000000000001`
