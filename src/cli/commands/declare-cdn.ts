import type { Command } from 'commander'
import type { CdnOptions } from '../cdn/cdn.ts'
import { say } from '../say.ts'

export function declareCdn(program: Command): void {
  program
    .command('cdn')
    .description(
      say(
        'print the tag of this version on a CDN, with the integrity of its files',
        '打印本版本在 CDN 上的标签，附带文件的 integrity',
      ),
    )
    .option(
      '--base <url>',
      say(
        'address of the folder with embed.js, where it is not jsDelivr',
        'embed.js 所在文件夹的地址；不使用 jsDelivr 时给出',
      ),
    )
    .option(
      '--import-map',
      say(
        'also an import map, by which browsers check the files that embed.js loads later',
        '另外打印 import map，浏览器用它校验 embed.js 之后加载的文件',
      ),
    )
    .addHelpText(
      'after',
      say(
        '\nFor pages that do not take the script from the service, as "serve" delivers it.',
        '\n适用于不从服务（"serve"）加载脚本的网页。',
      ),
    )
    .action(async (options: CdnOptions) => {
      const { cdn } = await import('../cdn/cdn.ts')
      console.log(await cdn(options))
    })
}
