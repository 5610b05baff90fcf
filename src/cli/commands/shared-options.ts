/** Options that mean the same in several commands. */
import { Option } from 'commander'
import { say } from '../say.ts'

export function configOption(): Option {
  return new Option(
    `--config <${say('file', '文件')}>`,
    say(
      'the coze_oauth_config.json that the Coze console offers for download',
      '从扣子控制台下载的 coze_oauth_config.json',
    ),
  )
}

export function jsonOption(): Option {
  return new Option('--json', say('the report as JSON', '以 JSON 输出报告'))
}
