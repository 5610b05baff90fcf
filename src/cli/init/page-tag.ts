/** What the pages of the site need, by how the service runs: a line, or for Next.js a component. */
import { addressOnCdn } from '../cdn/address.ts'
import type { Variables } from '../env-file.ts'
import type { Deployment } from './deployments.ts'

export const SERVICE_URL = 'http://localhost:8787'

/** Where the token endpoint is, for services that run where no files can be read and so cannot deliver the widget. */
const TOKEN_URLS: Partial<Record<Deployment, string>> = {
  worker: 'https://coze-chat-widget.YOUR-NAME.workers.dev/api/coze/token',
}

/** @param version of this package: what the pages load must not change by itself */
export function pageTag(deployment: Deployment, variables: Variables, version: string): string {
  const tokenUrl = TOKEN_URLS[deployment]
  if (tokenUrl === undefined) return `<script async src="${SERVICE_URL}/embed.js"></script>`
  const { COZE_BOT_IDS: botId = '', COZE_REGION: region, CHAT_UI: ui } = variables
  const attributes = Object.entries({ 'bot-id': botId, 'token-url': tokenUrl, region, ui })
    .filter(([, value]) => value !== undefined && value !== 'cn')
    .map(([name, value]) => `data-${name}="${value}"`)
  return `<script async src="${addressOnCdn(version)}embed.js" ${attributes.join(' ')}></script>`
}

/** @param sample the component of `examples/nextjs`, which names an agent of the simulator and the defaults of a tag that names nothing */
export function chatComponent(sample: string, variables: Variables): string {
  const { COZE_BOT_IDS: botId = '', COZE_REGION: region, CHAT_UI: ui = 'light' } = variables
  const props = Object.entries({ ui, region: region === 'cn' ? undefined : region })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${value}"`)
  return sample.replace(/botId="\d+"/, `botId="${botId}"`).replace('ui="light"', props.join('\n      '))
}
