import { type Command, Option } from 'commander'
import { port, switchedOn, trustedProxies } from '../option-values.ts'
import { say } from '../say.ts'
import type { ServeOptions } from '../serve/serve.ts'
import { configOption } from './shared-options.ts'

const LOG_FLUSH_LIMIT_MS = 500

/** Options of `serve` that are options of the token service. */
interface ServeFlags {
  trustProxy?: number | string[]
  gateway?: true
}

export function declareServe(program: Command): void {
  program
    .command('serve')
    .description(say('run the token service until SIGTERM or SIGINT', '运行令牌服务，直到收到 SIGTERM 或 SIGINT'))
    .addOption(configOption())
    .option(
      `--port <${say('number', '端口')}>`,
      say('port to listen on (else PORT, else 8787)', '监听端口（默认取 PORT，没有则为 8787）'),
      port,
    )
    .option(
      `--host <${say('address', '地址')}>`,
      say('address to listen on (else HOST, else 0.0.0.0)', '监听地址（默认取 HOST，没有则为 0.0.0.0）'),
    )
    .option(
      `--trust-proxy <${say('hops or networks', '层数或网段')}>`,
      say(
        'who may tell the address of a visitor, and what the browser saw, by X-Forwarded-* and Forwarded: how many proxies stand in front, or their networks ("loopback", "private", 10.0.0.0/8); else CHAT_TRUST_PROXY',
        '谁可以通过 X-Forwarded-* 和 Forwarded 告知访客的地址，以及浏览器看到的网址：前面有几层代理，或代理所在的网段（"loopback"、"private"、10.0.0.0/8）；默认取 CHAT_TRUST_PROXY',
      ),
      trustedProxies,
    )
    .option(
      '--gateway',
      say(
        'browsers get passes in place of tokens and reach Coze through this service (light chat only); else CHAT_GATEWAY',
        '浏览器得到通行证而非令牌，通过本服务访问扣子（仅限轻量聊天）；默认取 CHAT_GATEWAY',
      ),
    )
    .addOption(
      new Option(
        `--ui <${say('kind', '种类')}>`,
        say(
          "which chat a tag shows that does not say so: Coze's Chat SDK or the light chat",
          '标签没有写明时显示哪种聊天：扣子的 Chat SDK 或轻量聊天',
        ),
      )
        .choices(['official', 'light'])
        .env('CHAT_UI'),
    )
    .addOption(
      new Option(
        `--keep-widget-files <${say('folder', '文件夹')}>`,
        say(
          'folder that outlives upgrades: pages that are still open find the files of earlier versions there for 30 days',
          '升级后仍然保留的文件夹：还开着的网页在 30 天内能在其中找到旧版本的文件',
        ),
      ).env('CHAT_WIDGET_KEEP'),
    )
    .option('--no-widget', say('do not deliver the widget, only tokens', '只提供令牌，不提供小部件'))
    .option('--no-check', say('do not get a token from Coze at the start', '启动时不向扣子试取令牌'))
    .addHelpText('after', say(ENVIRONMENT_EN, ENVIRONMENT_ZH))
    .action(async ({ trustProxy, gateway, ...options }: ServeOptions & ServeFlags) => {
      const { serve } = await import('../serve/serve.ts')
      const isGateway = gateway ?? switchedOn('CHAT_GATEWAY', process.env['CHAT_GATEWAY'])
      const service = { ...(trustProxy !== undefined && { trustProxy }), ...(isGateway && { gateway: isGateway }) }
      const running = await serve({ ...options, service })
      await running.closed
      // A reader of the log that stands still would keep the process alive.
      await running.logWritten(LOG_FLUSH_LIMIT_MS)
      process.exit(0)
    })
}

const ENVIRONMENT_EN = `
Environment, or .env in the current folder:
  COZE_APP_ID            id of the OAuth app (type "service app")
  COZE_KEY_ID            fingerprint of its public key; several with commas while keys rotate
  COZE_PRIVATE_KEY       content of private_key.pem, or COZE_PRIVATE_KEY_FILE with its path
  COZE_REGION            cn (default) or com; COZE_API_BASE for another address
  COZE_BOT_IDS           agents, separated by commas; the gateway lets no others through
  COZE_TOKEN_TTL         life of a token in seconds (default 900)
  CHAT_SECRET            at least 32 random bytes: openssl rand -base64 32. Keep it: with another one no visitor finds their history
  CHAT_ORIGINS           other origins whose pages may ask, separated by commas
  CHAT_PUBLIC_URL        address under which browsers reach the service; needed where a proxy hides it (docs/proxies.md)
  CHAT_TRUST_PROXY       as --trust-proxy; the shipped unit and image set it
  CHAT_GATEWAY           true or false, as --gateway
  CHAT_IDENTITY_ISSUER, _AUDIENCE, and one of _SECRET, _JWKS_URL, _PUBLIC_KEY
                         identity tokens of signed-in users; _ALGORITHMS and _MAX_AGE narrow them
  REDIS_URL              one Redis for several processes
  MAX_CONNECTIONS        connections that may be open at once (default 10000); further ones are closed
  LOG_LEVEL              trace, debug, info (default), warn, error, fatal or silent

Routes: /embed.js and the files it loads, / (a page to try the chat on), POST /api/coze/token, GET /api/coze/healthz, GET /api/coze/metrics (Prometheus; keep it from the public).`

const ENVIRONMENT_ZH = `
环境变量，或当前文件夹中的 .env：
  COZE_APP_ID            OAuth 应用（类型为"服务类应用"）的 ID
  COZE_KEY_ID            公钥指纹；轮换密钥期间可用逗号写多个
  COZE_PRIVATE_KEY       private_key.pem 的内容，或用 COZE_PRIVATE_KEY_FILE 给出其路径
  COZE_REGION            cn（默认）或 com；其他地址用 COZE_API_BASE
  COZE_BOT_IDS           智能体，用逗号分隔；网关只放行这些
  COZE_TOKEN_TTL         令牌的有效期，单位为秒（默认 900）
  CHAT_SECRET            至少 32 个随机字节：openssl rand -base64 32。请长期保存：一旦更换，访客就找不到以前的对话
  CHAT_ORIGINS           允许请求的其他来源（origin），用逗号分隔
  CHAT_PUBLIC_URL        浏览器访问服务所用的地址；服务因代理而看不到它时需要设置（docs/proxies.zh-CN.md）
  CHAT_TRUST_PROXY       同 --trust-proxy；随附的 systemd 单元和镜像已设置
  CHAT_GATEWAY           true 或 false，同 --gateway
  CHAT_IDENTITY_ISSUER、_AUDIENCE，以及 _SECRET、_JWKS_URL、_PUBLIC_KEY 三者之一
                         登录用户的身份令牌；可用 _ALGORITHMS 和 _MAX_AGE 进一步限定
  REDIS_URL              多个进程共用的 Redis
  MAX_CONNECTIONS        同时打开的连接数上限（默认 10000）；超出的会被关闭
  LOG_LEVEL              trace、debug、info（默认）、warn、error、fatal 或 silent

路由：/embed.js 及其加载的文件、/（试用聊天的页面）、POST /api/coze/token、GET /api/coze/healthz、GET /api/coze/metrics（Prometheus；请勿对公网开放）。`
