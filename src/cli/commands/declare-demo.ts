import { type Command, Option } from 'commander'
import { port, wholeNumber } from '../option-values.ts'
import { say } from '../say.ts'

export function declareDemo(program: Command): void {
  program
    .command('demo')
    .description(
      say(
        'run everything on this machine: site, token service and a simulated Coze; needs no account and no network',
        '在本机运行全部：网站、令牌服务和模拟的扣子；无需账号和网络',
      ),
    )
    .addOption(
      new Option(
        `--port <${say('number', '端口')}>`,
        say('port of the site; the simulator takes the next one', '网站的端口；模拟器使用下一个端口'),
      )
        .argParser(port)
        .default(8787)
        .env('PORT'),
    )
    .option(
      `--token-ttl <${say('seconds', '秒数')}>`,
      say('life of a token, short so that renewal can be watched', '令牌的有效期；设得较短，便于观察续期'),
      wholeNumber(1, 86_399),
      60,
    )
    .addHelpText(
      'after',
      say(
        '\nWith COZE_* set (see "serve --help") the same pages talk to the real Coze.',
        '\n设置了 COZE_*（见 "serve --help"）时，同样的页面会连接真实的扣子。',
      ),
    )
    .action(async (options: { port: number; tokenTtl: number }) => (await import('../demo/demo.ts')).demo(options))
}
