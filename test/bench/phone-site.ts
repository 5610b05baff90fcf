/** A shop's page with the widget as its service delivers it, and a bare page that does the same without being a product. */
import { randomBytes } from 'node:crypto'
import { createTokenService } from '../../src/server/token-service.ts'
import { readWidgetFiles } from '../../src/server/widget/read-widget-files.ts'
import { SIMULATOR_IDS } from '../../src/simulator/index.ts'
import { startSimulator } from '../../src/simulator/node.ts'
import { listen } from '../support/local-server.ts'

export interface PhoneSite {
  /** A page on which browsers ask Coze through the service, straight, through the service with nothing fetched ahead, or without us. */
  pageUrl(way: Way): string
  close(): Promise<void>
}

export type Way = 'gateway' | 'straight' | 'saving' | 'bare'

export async function startPhoneSite(): Promise<PhoneSite> {
  const simulator = await startSimulator({ port: 0, knobs: { pieceDelayMs: 0 } })
  const { appId, keyId, privateKeyPem } = simulator.simulator.credentials
  const options = {
    appId,
    keyId,
    privateKey: privateKeyPem,
    secret: randomBytes(32),
    apiBase: simulator.url,
    bots: [SIMULATOR_IDS.botId],
  }
  const files = await readWidgetFiles()
  const gateway = createTokenService({ ...options, gateway: true, widget: { files, path: '/chat', ui: 'light' } })
  const straight = createTokenService({ ...options, basePath: '/api/straight' })
  const tag = (attributes: string) => `<script async src="/chat/embed.js"${attributes}></script>`
  const bodies: Readonly<Record<Way, string>> = {
    gateway: tag(''),
    straight: tag(
      ` data-bot-id="${SIMULATOR_IDS.botId}" data-ui="light" data-token-url="/api/straight/token" data-api-base="${simulator.url}"`,
    ),
    saving: tag(' data-preload="false"'),
    bare: BARE_CHAT,
  }
  const server = await listen((request) => {
    const { pathname } = new URL(request.url)
    const body = bodies[pathname.slice('/page/'.length) as Way]
    if (body !== undefined) {
      return new Response(shopPage(body), { headers: { 'content-type': 'text/html; charset=utf-8' } })
    }
    return (straight.owns(pathname) ? straight : gateway).fetch(request)
  })
  return {
    pageUrl: (way) => `${server.url}/page/${way}`,
    async close() {
      await server.close()
      await Promise.all([gateway.close(), straight.close()])
      await simulator.close()
    },
  }
}

function shopPage(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>Shop</title><h1>Shop</h1>${'<p>Some text.</p>'.repeat(50)}${body}</html>`
}

/** The least that lets a visitor tap, type, ask through the gateway and read. It has parts of the same names where the bench looks. */
const BARE_CHAT = `<coze-chat></coze-chat><script>
const root = document.querySelector('coze-chat').attachShadow({ mode: 'open' })
root.innerHTML = '<style>button{position:fixed;right:20px;bottom:20px;width:56px;height:56px}section{position:fixed;inset:0;background:#fff}</style><button class="launcher">Chat</button>'
root.querySelector('button').onclick = () => {
  const panel = document.createElement('section')
  panel.innerHTML = '<p class="greeting">Hello! How can I help?</p><div class="answer"></div><textarea></textarea>'
  root.append(panel)
  const field = panel.querySelector('textarea')
  field.focus()
  field.onkeydown = async ({ key }) => {
    if (key !== 'Enter') return
    const post = (path, headers, body) =>
      fetch('/api/coze' + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
    const session_id = sessionStorage.bare ??= crypto.randomUUID().replaceAll('-', '').slice(0, 21)
    const { access_token } = await (await post('/token', { 'x-chat-token': '${SIMULATOR_IDS.botId}' }, { session_id })).json()
    const question = { role: 'user', type: 'question', content: field.value, content_type: 'text' }
    const body = { bot_id: '${SIMULATOR_IDS.botId}', stream: true, auto_save_history: true, additional_messages: [question] }
    const answer = await post('/v3/chat', { authorization: 'Bearer ' + access_token }, body)
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let rest = '', piece; !(piece = await reader.read()).done; ) {
      const events = (rest + piece.value).split('\\n\\n')
      rest = events.pop()
      for (const event of events) {
        const [, name, data] = /^event: ?(.+)\\ndata: ?(.*)/s.exec(event) ?? []
        if (/message.delta$/.test(name)) panel.querySelector('.answer').append(JSON.parse(data).content ?? '')
      }
    }
  }
}
</script>`
