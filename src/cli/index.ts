#!/usr/bin/env node
/** `coze-chat-widget`: each command is a file of its own, loaded when it is asked for. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { isCozeChatError } from '../errors.ts'
import type { DoctorOptions } from './doctor.ts'
import { formatReport, type Report } from './findings.ts'
import type { ServeOptions } from './serve.ts'
import type { SimulateOptions } from './simulate.ts'
import type { VerifyOptions } from './verify.ts'

/** Nothing could be done: a wrong option, a bad setting, nobody there. */
const EXIT_UNUSABLE = 2

/** What `serve` takes as options of the service. */
interface ServeFlags {
  trustProxy?: number | string[]
  gateway?: true
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= min && number <= max) return number
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`)
  }
}
const port = wholeNumber(0, 65_535)
const list = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
/** For options that may be given several times. */
const collect = (text: string, before: readonly string[] = []): string[] => [...before, ...list(text)]
const collectWhole = (text: string, before: readonly string[] = []): string[] => [...before, text]

const program = new Command('coze-chat-widget')
  .description('A private conversation with your Coze agent for every visitor of your website.')
  .addHelpText(
    'after',
    `
Exit codes:
  0  done; doctor and verify: nothing wrong
  1  doctor and verify: something is wrong, the report names it
  2  a wrong option, a bad setting, or nobody there to talk to

Begin with "coze-chat-widget demo"; before going live, "doctor" on the server and "verify" from anywhere.`,
  )
  .configureHelp({ showGlobalOptions: false })
  .showHelpAfterError('(--help lists the options)')
  .exitOverride()

program
  .command('demo')
  .description('the whole thing on this machine: site, token service and a simulated Coze; no account, no network')
  .addOption(
    new Option('--port <number>', 'port of the site; the simulator takes the next one')
      .argParser(port)
      .default(8787)
      .env('PORT'),
  )
  .option('--token-ttl <seconds>', 'life of a token, short so that renewal can be watched', wholeNumber(1, 86_399), 60)
  .addHelpText('after', '\nWith COZE_* set (see "serve --help") the same pages talk to the real Coze.')
  .action(async (options: { port: number; tokenTtl: number }) => (await import('./demo.ts')).demo(options))

program
  .command('serve')
  .description('the token service, until SIGTERM or SIGINT')
  .option('--config <file>', 'the coze_oauth_config.json that the Coze console offers for download')
  .option('--port <number>', 'port to listen on (else PORT, else 8787)', port)
  .option('--host <address>', 'address to listen on (else HOST, else 0.0.0.0)')
  .addOption(
    new Option(
      '--trust-proxy <hops or networks>',
      'who may tell the address of a visitor by X-Forwarded-For: how many proxies stand in front, or their networks ("loopback", "private", 10.0.0.0/8)',
    )
      .argParser((text) => (/^\d+$/.test(text) ? Number(text) : list(text)))
      .env('CHAT_TRUST_PROXY'),
  )
  .option('--gateway', 'browsers get passes in place of tokens and reach Coze through this service (light chat only)')
  .addHelpText(
    'after',
    `
Environment:
  COZE_APP_ID            id of the OAuth app (type "service app")
  COZE_KEY_ID            fingerprint of its public key; several with commas while keys rotate
  COZE_PRIVATE_KEY       content of private_key.pem, or COZE_PRIVATE_KEY_FILE with its path
  COZE_REGION            cn (default) or com; COZE_API_BASE for another address
  COZE_BOT_IDS           agents, separated by commas; the gateway lets no others through
  COZE_TOKEN_TTL         life of a token in seconds (default 900)
  CHAT_SECRET            at least 32 random bytes: openssl rand -base64 32. Keep it: all histories hang on it
  CHAT_ORIGINS           other origins whose pages may ask, separated by commas
  CHAT_IDENTITY_ISSUER, _AUDIENCE, and one of _SECRET, _JWKS_URL, _PUBLIC_KEY
                         identity tokens of signed-in users; _ALGORITHMS and _MAX_AGE narrow them
  REDIS_URL              one Redis for several processes
  LOG_LEVEL              trace, debug, info (default), warn, error, fatal or silent

Routes: POST /api/coze/token, GET /api/coze/healthz, GET /api/coze/metrics (Prometheus; keep it from the public).`,
  )
  .action(async ({ trustProxy, gateway, ...options }: ServeOptions & ServeFlags) => {
    const { serve } = await import('./serve.ts')
    const service = { ...(trustProxy !== undefined && { trustProxy }), ...(gateway && { gateway }) }
    await serve({ ...options, service })
  })

program
  .command('simulate')
  .description('a Coze on this machine that the clients of Coze accept unmodified')
  .option('--port <number>', 'port to listen on', port, 8788)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--token-seconds <seconds>', 'life of access tokens, whatever is asked for', wholeNumber(1, 86_399))
  .option('--token-delay-ms <milliseconds>', 'pause after each piece of an answer', wholeNumber(0, 60_000), 15)
  .addOption(
    new Option('--flavour <kind>', '"studio" behaves like the open-source server')
      .choices(['coze', 'studio'])
      .default('coze'),
  )
  .addHelpText('after', '\nPrints the variables that "serve" needs to use it.')
  .action(async (options: SimulateOptions) => {
    const { simulate } = await import('./simulate.ts')
    const running = await simulate(options)
    const stop = () => void running.close()
    process.once('SIGTERM', stop).once('SIGINT', stop)
  })

program
  .command('doctor')
  .description('check key, clock, app, permissions, agents, origins and Redis; each line ok or with its cure')
  .option('--config <file>', 'the coze_oauth_config.json that the Coze console offers for download')
  .option('--bot-id <id>', 'an agent to check beside COZE_BOT_IDS; may be given several times', collect)
  .option('--token-url <url>', 'the running service, to try CHAT_ORIGINS on it')
  .option('--no-chat', 'do not ask the agent a question (it counts against the quota of the account)')
  .option('--json', 'the report as JSON')
  .addHelpText('after', '\nReads the same environment as "serve". Exit code 0: all is well, 1: something is wrong.')
  .action(async (options: DoctorOptions & { json?: true }) => {
    const { doctor } = await import('./doctor.ts')
    print(await doctor(options), options.json)
  })

program
  .command('verify')
  .description('attack a running token service: can a visitor reach the conversation of another?')
  .requiredOption('--token-url <url>', 'where the widget asks for its token')
  .option('--api-base <url>', 'the Open API, or the gateway of the service', 'https://api.coze.cn')
  .option('--bot-id <id>', 'agent to talk to')
  .option('--app-id <id>', 'or: app of the chatflow to talk to')
  .option('--workflow-id <id>', 'and its chatflow')
  .option('--origin <origin>', 'origin of the pages with the widget (default: that of --token-url)')
  .option('--bearer <token>', 'identity token of a signed-in test user; twice for two users', collectWhole)
  .option('--cookie <cookie>', 'or: cookie of a signed-in test user; twice for two users', collectWhole)
  .option('--other-token-url <url>', 'a second site on the same Coze account')
  .option('--token-field <name>', 'field in which the service reads the id of a visitor (default: found out)')
  .option('--flood <number>', 'new visitors of the flood, 0 for none', wholeNumber(0, 100_000), 300)
  .option('--only <ids>', 'some checks only, such as guide,T4,T8', list)
  .option('--json', 'the report as JSON')
  .addHelpText(
    'after',
    `
The guide's conversation (张三 and 李四), then T1-T12, T15, T20 and T21 of the threat list. It mints real tokens, asks
the agent a handful of questions, and ends with a flood that uses up the limits of this address for a minute.
Run it against services of your own only. Exit code 0: no hole, 1: a hole or a check that failed, 2: it could not begin.

Example:
  coze-chat-widget verify --token-url https://shop.example/api/coze/token --bot-id 7300000000000000001`,
  )
  .action(async (options: VerifyOptions & { json?: true }) => {
    const { verify } = await import('./verify.ts')
    print(await verify(options), options.json)
  })

function print(report: Report, asJson = false): void {
  const colour = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined
  console.log(asJson ? JSON.stringify(report, undefined, 2) : formatReport(report, { colour }))
  process.exitCode = report.ok ? 0 : 1
}

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_UNUSABLE
  } else {
    // A sentence of ours says what to do; anything else is for a bug report.
    console.error(isCozeChatError(error) ? `\n${error.message}\n` : error)
    process.exitCode = EXIT_UNUSABLE
  }
}
