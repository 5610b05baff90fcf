import type { GatewayTarget } from '../gateway/gateway-options.ts'
import { type ServiceResponse, textResponse } from '../http/service-response.ts'

const WORDS = {
  en: {
    title: 'Your chat is running',
    lead: 'Try it with the button in the corner. To put it on a site, paste this line into its pages:',
    missing:
      'The service names no agent yet, so there is no button to try it with. Write the id of your agent into COZE_BOT_IDS (bots) and restart the service. Or name it in the line for your pages:',
    origins: 'A site on another origin must be named in CHAT_ORIGINS.',
  },
  'zh-CN': {
    title: '聊天服务已启动',
    lead: '点右下角的按钮即可试用。把下面这一行粘贴到网页中，就能在您的网站上使用：',
    missing:
      '服务还没有指定智能体，所以这里没有可以试用的按钮。请把智能体的 ID 写进 COZE_BOT_IDS（bots）并重启服务，或者写在网页的标签里：',
    origins: '如果网站的来源（origin）与本服务不同，请把它写进 CHAT_ORIGINS。',
  },
} as const

const STYLES = `
  :root { color-scheme: light dark; font: 16px/1.6 system-ui, sans-serif; }
  body { max-width: 44rem; margin: 12vh auto; padding: 0 1.5rem; }
  h1 { font-size: 1.6rem; line-height: 1.3; }
  pre { padding: 1rem; overflow-x: auto; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 8px; }
  p + p { opacity: .75; font-size: .9rem; }
`

/**
 * A page with the chat on it, and the tag to paste. Not meant to be shown within other pages. Of several agents, which no tag gets by
 * itself, it shows the first.
 */
export function previewPage(acceptLanguage: string | undefined, targets: readonly GatewayTarget[]): ServiceResponse {
  const lang = /^\s*zh/i.test(acceptLanguage ?? '') ? 'zh-CN' : 'en'
  const { title, lead, missing, origins } = WORDS[lang]
  const [target] = targets
  // One agent comes with the script.
  const said = target === undefined ? ' data-bot-id="…"' : targets.length > 1 ? attributesOf(target) : ''
  const shown = target === undefined ? '' : `<script async src="embed.js"${said}></script>\n`
  // The page alone knows under which address it was reached.
  const html = `<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${STYLES}</style>
<h1>${title}</h1>
<p>${target === undefined ? missing : lead}</p>
<pre><code id="tag"></code></pre>
<p>${origins}</p>
<script>
  document.getElementById('tag').textContent =
    '<script async src="' + new URL('embed.js', location.href).href + ${JSON.stringify(`"${said}></`).replaceAll('<', '\\u003c')} + 'script>'
</script>
${shown}</html>
`
  return textResponse(200, html, 'text/html; charset=utf-8', ['x-frame-options', 'DENY'])
}

function attributesOf(target: GatewayTarget): string {
  const values =
    typeof target === 'string' ? { 'bot-id': target } : { 'app-id': target.appId, 'workflow-id': target.workflowId }
  return Object.entries(values)
    .map(([name, value]) => ` data-${name}="${value.replace(/[^\w-]/g, '')}"`)
    .join('')
}
