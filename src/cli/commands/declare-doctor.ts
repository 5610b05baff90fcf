import type { Command } from 'commander'
import type { DoctorOptions } from '../doctor/doctor.ts'
import { collectLists } from '../option-values.ts'
import { printReport } from '../report/print-report.ts'
import { say } from '../say.ts'
import { configOption, jsonOption } from './shared-options.ts'

export function declareDoctor(program: Command): void {
  program
    .command('doctor')
    .description(
      say(
        'check key, clock, app, permissions, agents, origins and Redis; name the cure of whatever is wrong',
        '检查密钥、时钟、应用、权限、智能体、来源和 Redis，指出问题和解决办法',
      ),
    )
    .addOption(configOption())
    .option(
      '--bot-id <id>',
      say(
        'an agent to check beside COZE_BOT_IDS; may be given several times',
        '除 COZE_BOT_IDS 外还要检查的智能体；可多次给出',
      ),
      collectLists,
    )
    .option(
      '--token-url <url>',
      say('the running service, to try CHAT_ORIGINS on it', '运行中的服务，用来试 CHAT_ORIGINS'),
    )
    .option(
      '--no-chat',
      say(
        'do not ask the agent a question (it counts against the quota of the account)',
        '不向智能体提问（提问会消耗账号的额度）',
      ),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      say(
        '\nReads the same environment as "serve"; with COZE_PERSONAL_TOKEN it checks the Coze Studio at COZE_API_BASE. Exit code 0: all is well, 1: something is wrong.',
        '\n读取与 "serve" 相同的环境变量；设置了 COZE_PERSONAL_TOKEN 时，检查 COZE_API_BASE 处的 Coze Studio。退出码 0：一切正常，1：发现问题。',
      ),
    )
    .action(async (options: DoctorOptions & { json?: true }) => {
      const { doctor } = await import('../doctor/doctor.ts')
      printReport(await doctor(options), options.json)
    })
}
