import { type Command, Option } from 'commander'
import { port, wholeNumber } from '../option-values.ts'
import { onProcessEnd } from '../process-end.ts'
import { say } from '../say.ts'
import type { SimulateOptions } from '../simulate/simulate.ts'

export function declareSimulate(program: Command): void {
  const milliseconds = say('milliseconds', '毫秒数')
  program
    .command('simulate')
    .description(
      say(
        'run a Coze on this machine that the clients of Coze accept unmodified',
        '在本机运行模拟的扣子；扣子的客户端无需改动即可连接',
      ),
    )
    .option(`--port <${say('number', '端口')}>`, say('port to listen on', '监听端口'), port, 8788)
    .option(`--host <${say('address', '地址')}>`, say('address to listen on', '监听地址'), '127.0.0.1')
    .option(
      `--token-seconds <${say('seconds', '秒数')}>`,
      say('life of access tokens, whatever is asked for', '访问令牌的有效期，不论请求的是多久'),
      wholeNumber(1, 86_399),
    )
    .option(
      `--piece-delay-ms <${milliseconds}>`,
      say('pause after each piece of an answer', '回答每一段之后的停顿'),
      wholeNumber(0, 60_000),
      15,
    )
    .addOption(
      new Option(
        `--token-delay-ms <${milliseconds}>`,
        say('the earlier name of --piece-delay-ms', '--piece-delay-ms 的旧名称'),
      )
        .argParser(wholeNumber(0, 60_000))
        .hideHelp(),
    )
    .addOption(
      new Option(
        `--flavour <${say('kind', '种类')}>`,
        say('"studio" behaves like the open-source server', '"studio" 的行为与开源版服务器相同'),
      )
        .choices(['coze', 'studio'])
        .default('coze'),
    )
    .addHelpText(
      'after',
      say('\nPrints the variables that "serve" needs to use it.', '\n会打印 "serve" 连接它所需的变量。'),
    )
    .action(async ({ tokenDelayMs, ...options }: SimulateOptions & { tokenDelayMs?: number }) => {
      const { simulate } = await import('../simulate/simulate.ts')
      const running = await simulate({ ...options, ...(tokenDelayMs !== undefined && { pieceDelayMs: tokenDelayMs }) })
      onProcessEnd(() => void running.close())
    })
}
