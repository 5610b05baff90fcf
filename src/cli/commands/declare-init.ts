import { type Command, Option } from 'commander'
import { DEPLOYMENTS, type Deployment } from '../init/deployments.ts'
import type { InitOptions } from '../init/init.ts'
import { printReport } from '../report/print-report.ts'
import { say } from '../say.ts'
import { withTerminal } from '../terminal.ts'

export function declareInit(program: Command): void {
  program
    .command('init')
    .description(
      say(
        'write the settings of a token service into this folder, try them, and print the tag for your pages',
        '把令牌服务的设置写入当前文件夹并试用，打印网页所用的标签',
      ),
    )
    .option(
      '--simulate',
      say(
        'settings for a Coze that "simulate" runs on this machine; needs no account',
        '写入连接本机 "simulate" 的设置；无需账号',
      ),
    )
    .option('--yes', say('ask nothing', '不提问'))
    .addOption(
      new Option(`--region <${say('name', '名称')}>`, say('where the account is', '账号在哪里')).choices(['cn', 'com']),
    )
    .option('--app-id <id>', say('id of the OAuth app (type "service app")', 'OAuth 应用（类型为"服务类应用"）的 ID'))
    .option(`--key-id <${say('fingerprint', '指纹')}>`, say('fingerprint of its public key', '公钥指纹'))
    .option(`--key-file <${say('path', '路径')}>`, say('the downloaded private_key.pem', '下载的 private_key.pem'))
    .option('--bot-id <id>', say('id of the agent', '智能体 ID'))
    .addOption(
      new Option(
        `--for <${say('way', '方式')}>`,
        say('how the service will run; writes the files that this way needs', '服务的运行方式；会写好该方式所需的文件'),
      )
        .choices(DEPLOYMENTS)
        .default('node'),
    )
    .action(async ({ for: deployment, ...options }: InitOptions & { for: Deployment }) => {
      const { init } = await import('../init/init.ts')
      const { text, report } = await withTerminal((ask) => init({ ...options, deployment, ask }))
      console.log(text)
      if (report !== undefined) printReport(report)
    })
}
