import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { listenFault } from '../../src/cli/listen-fault.ts'
import { loadConfig } from '../../src/cli/serve/load-config.ts'
import { serve } from '../../src/cli/serve/serve.ts'
import { inChinese } from '../../src/cli/service-words.ts'
import { refusalCure } from '../../src/server/upstream/refusal-cures.ts'
import { PRIVATE_KEY, PUBLIC_KEY, SECRET } from '../server/support/test-service.ts'
import { expectChinese, speakChinese } from './support/chinese.ts'

speakChinese()

const GOOD = { COZE_APP_ID: '1100', COZE_KEY_ID: 'key-1', COZE_PRIVATE_KEY: PRIVATE_KEY, CHAT_SECRET: SECRET }
const sourceOf = (path: string) => readFileSync(new URL(`../../src/server/${path}`, import.meta.url), 'utf8')
const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => 'nothing was refused',
    (error: unknown) => (error as Error).message,
  )

/** The texts of a source that a pattern finds, with 7 in the place of what is put in. */
const textsIn = (path: string, pattern: RegExp) =>
  [...sourceOf(path).matchAll(pattern)].map(([, text = '']) => text.replace(/\$\{[^}]*\}/g, '7'))

describe('the sentences of the service in Chinese', () => {
  it('has each form of a variable', () => {
    const quoted = textsIn('config/variables.ts', /'((?:be|hold|list) [^']+)'\]?,$/gm)
    const forms = [...quoted, ...textsIn('config/variables.ts', /`((?:be|hold|list) [^`]+)`\],$/gm)]
    expect(forms).toHaveLength(textsIn('config/variables.ts', /^ {2}([A-Z_]+): \[/gm).length)
    expectChinese(forms.map((form) => inChinese(`NAME must ${form}.`)))
    expectChinese(forms.map((form) => inChinese(`NAME is missing: it must ${form}.`)))
    expectChinese(forms.map((form) => inChinese(`NAME must ${form}; it is "x".`)))
  })

  it('has everything that can be wrong with a private key or an origin', () => {
    const keys = textsIn('upstream/assertion/private-key.ts', /^.*?['`]((?:is|has|does) [^'`]+)['`],?\)?$/gm)
    expect(keys).toHaveLength(12)
    expectChinese(keys.map((key) => inChinese(`COZE_PRIVATE_KEY ${key}.`)))
    const origins = textsIn('http/proxies/origin.ts', /problem: ['`]((?:[^'`$]|\$\{(?!with)[^}]*\})+)/g)
    expect(origins.length).toBeGreaterThanOrEqual(6)
    const form = 'be whole origins separated by commas, such as https://shop.example'
    expectChinese(origins.map((problem) => inChinese(`CHAT_ORIGINS must ${form}; it has "x": ${problem}.`)))
  })

  it('has the cure of each code with which Coze refuses the service', () => {
    const codes = textsIn('upstream/refusal-cures.ts', /^ {2}(\w+):\n? /gm)
    expect(codes).toHaveLength(3)
    expectChinese(codes.map((code) => inChinese(refusalCure(code) ?? '')))
  })

  it.each<[name: string, env: Record<string, string>]>([
    ['nothing', {}],
    ['several faults', { COZE_APP_ID: 'abc', COZE_PRIVATE_KEY: 'nonsense!', CHAT_SECRET: 'short', PORT: 'http' }],
    ['a secret in the wrong place', { ...GOOD, CHAT_ORIGINS: SECRET, PORT: SECRET }],
    ['fewer keys than ids', { ...GOOD, COZE_KEY_ID: 'new,old' }],
    ['a file of a key that is not there', { ...GOOD, COZE_PRIVATE_KEY: '', COZE_PRIVATE_KEY_FILE: '/nowhere' }],
    ['a key in place of its file', { ...GOOD, COZE_PRIVATE_KEY: '', COZE_PRIVATE_KEY_FILE: PRIVATE_KEY }],
    ['no scheme', { ...GOOD, CHAT_ORIGINS: 'shop.example' }],
    ['no source of identity', { ...GOOD, CHAT_IDENTITY_ISSUER: 'i', CHAT_IDENTITY_AUDIENCE: 'a' }],
    [
      'a private key for a public one',
      { ...GOOD, CHAT_IDENTITY_ISSUER: 'i', CHAT_IDENTITY_AUDIENCE: 'a', CHAT_IDENTITY_PUBLIC_KEY: PRIVATE_KEY },
    ],
    ['no PEM', { ...GOOD, CHAT_IDENTITY_ISSUER: 'i', CHAT_IDENTITY_AUDIENCE: 'a', CHAT_IDENTITY_PUBLIC_KEY: 'none' }],
    [
      'an algorithm of another kind of key',
      {
        ...{ ...GOOD, CHAT_IDENTITY_ISSUER: 'i', CHAT_IDENTITY_AUDIENCE: 'a', CHAT_IDENTITY_PUBLIC_KEY: PUBLIC_KEY },
        CHAT_IDENTITY_ALGORITHMS: 'HS256,RS256',
      },
    ],
  ])('of settings with %s', async (_, env) => {
    const message = await messageOf(loadConfig({ env, gateway: true }))
    expectChinese(message.split('\n'))
    expect(message).not.toContain(SECRET)
  })

  it('of a file of --config that is not there', async () => {
    expectChinese([await messageOf(loadConfig({ config: '/nowhere.json', env: {} }))])
  })

  it('of a service that cannot start', async () => {
    const env = { ...GOOD, LOG_LEVEL: 'silent', PORT: '0' }
    expectChinese([
      await messageOf(serve({ env, keepWidgetFiles: '/dev/null/kept', check: false })),
      await messageOf(serve({ env, service: { trustProxy: ['nginx'] }, check: false })),
      inChinese('There is no embed.js in /a b: build the package first, or name the folder of its browser files.'),
    ])
  })

  it.each(['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EOTHER'])('of a port with %s', (code) => {
    const error = Object.assign(new Error(code), { code, syscall: 'listen' })
    expectChinese([(listenFault(error, { port: 80, host: '192.0.2.1' }) as Error).message])
  })

  it('leaves what it does not know as it is', () => {
    expect(inChinese('NAME must be something new.')).toBe('NAME must be something new.')
  })
})
