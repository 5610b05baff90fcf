/** The website of the demo: its pages, the built files, and a shop with a login of its own. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { type Context, Hono } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { createCompressedFiles } from './compressed-files.ts'

/** Values for the pages. `{{name}}` in a page is replaced by the value of that name, `[[English|中文]]` by the text in the page's language. */
export interface DemoPageValues {
  botId: string
  /** Address of Coze for a browser that reached this page under `pageHost`. */
  apiBase: (pageHost: string) => string
  agent: string
  sdkKind: 'coze' | 'replica'
  sdkNote: string
  /** An attribute of the script tag: where the Chat SDK is, or which region's pinned address to take. */
  sdkAttribute: (pageHost: string) => string
  /** Before the tag of the page with the Chat SDK. */
  sdkScript: string
}

export interface DemoSite {
  app: Hono
  /** For the token service: the user who is signed in to the shop, null for nobody. */
  identify(request: Request): string | null
}

const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/shop': 'shop.html',
  '/inline': 'inline.html',
  '/official': 'official.html',
  '/csp': 'csp.html',
  '/playground': 'playground.html',
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  map: 'application/json',
}

const SHOP_COOKIE = 'shop_session'
const SHOP_USERS = ['Ann', 'Bo']

/** Where `demo/` and `dist/` are, in the repository and in the package. This file and its built chunk are both three folders below. */
const root = new URL('../../../', import.meta.url)
const pathFromRoot = (path: string) => fileURLToPath(new URL(path, root))
const fromRoot = (path: string) => readFile(pathFromRoot(path))

/** Folder in the address → folder below the root. */
const FOLDERS = { dist: 'dist/browser', simulator: 'dist/simulator', demo: 'demo' } as const

/** The build puts a hash of the content into the name of each file but the entries. */
const HAS_HASH = /-[\w-]{8}\.js$/

const randomText = () => randomBytes(18).toString('base64url')

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

export function createDemoSite(values: DemoPageValues): DemoSite {
  const app = new Hono()
  const signedIn = new Map<string, string>()
  const readCompressed = createCompressedFiles()

  async function page(context: Context, file: string): Promise<Response> {
    const url = new URL(context.req.url)
    const host = context.req.header('host')?.replace(/:\d+$/, '') ?? url.hostname
    const nonce = randomText()
    const csp = strictPolicy(nonce, values.apiBase(host))
    const wanted = url.searchParams.get('lang')
    const lang = wanted ?? (context.req.header('accept-language')?.startsWith('zh') ? 'zh-CN' : 'en')
    const filled: Readonly<Record<string, string>> = {
      botId: values.botId,
      apiBase: values.apiBase(host),
      agent: values.agent,
      sdkKind: values.sdkKind,
      sdkNote: values.sdkNote,
      lang,
      query: wanted === null ? '' : `?lang=${encodeURIComponent(wanted)}`,
      nonce,
      csp: csp.replaceAll('; ', ';\n'),
    }
    const [template, navigation] = await Promise.all([fromRoot(`demo/${file}`), fromRoot('demo/navigation.html')])
    const html = template
      .toString('utf8')
      .replace('{{navigation}}', () => navigation.toString('utf8'))
      .replace('{{sdkAttribute}}', values.sdkAttribute(host))
      .replace('{{sdkScript}}', values.sdkScript)
      .replace(/\{\{(\w+)\}\}/g, (place, name: string) => escapeHtml(filled[name] ?? place))
      .replace(/\[\[([^|\]]*)\|([^\]]*)\]\]/g, lang.startsWith('zh') ? '$2' : '$1')
    if (file === 'csp.html') context.header('content-security-policy', csp)
    context.header('cache-control', 'no-store')
    return context.html(html)
  }

  for (const [path, file] of Object.entries(PAGES)) app.get(path, (context) => page(context, file))

  app.get('/:folder{dist|simulator|demo}/:file{.+}', async (context) => {
    const { folder, file } = context.req.param()
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)]
    if (type === undefined || file.includes('..')) return context.notFound()
    try {
      const read = await readCompressed(pathFromRoot(`${FOLDERS[folder as keyof typeof FOLDERS]}/${file}`))
      // As a whole: where a visitor leaves in the middle, a stream that compresses throws where nobody can catch it.
      const zips = folder === 'dist' && context.req.header('accept-encoding')?.includes('gzip') === true
      return context.body(new Uint8Array(zips ? read.gzip() : read.body), 200, {
        ...(zips && { 'content-encoding': 'gzip' }),
        vary: 'Accept-Encoding',
        'content-type': type,
        'cache-control': HAS_HASH.test(file) ? 'public, max-age=31536000, immutable' : 'public, max-age=60',
        // Pages of other origins may load the bundle, also with `integrity`.
        'access-control-allow-origin': '*',
      })
    } catch {
      return context.notFound()
    }
  })

  app.get('/shop/me', (context) => context.json({ user: signedIn.get(getCookie(context, SHOP_COOKIE) ?? '') ?? null }))
  app.post('/shop/login', async (context) => {
    const { user } = await context.req.json<{ user?: unknown }>().catch(() => ({ user: undefined }))
    if (typeof user !== 'string' || !SHOP_USERS.includes(user)) return context.json({ error: 'unknown user' }, 400)
    const session = randomText()
    signedIn.set(session, user)
    setCookie(context, SHOP_COOKIE, session, { httpOnly: true, sameSite: 'Lax', path: '/' })
    return context.json({ user })
  })
  app.post('/shop/logout', (context) => {
    signedIn.delete(getCookie(context, SHOP_COOKIE) ?? '')
    deleteCookie(context, SHOP_COOKIE, { path: '/' })
    return context.json({ user: null })
  })

  return {
    app,
    identify(request) {
      const [, session = ''] = /(?:^|;\s*)shop_session=([^;]+)/.exec(request.headers.get('cookie') ?? '') ?? []
      return signedIn.get(session) ?? null
    },
  }
}

function strictPolicy(nonce: string, apiBase: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    `connect-src 'self' ${apiBase}`,
    `img-src 'self' data: ${apiBase}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}
