#!/usr/bin/env node
/** `coze-chat-widget`: declares the commands. Each is imported when it is called, so that none waits for the packages of another. */
import { Command, CommanderError, Option } from 'commander'
import { isCozeChatError } from '../errors.ts'
import type { CdnOptions } from './cdn/cdn.ts'
import type { DoctorOptions } from './doctor/doctor.ts'
import { loadEnvFile } from './env-file.ts'
import { DEPLOYMENTS, type Deployment } from './init/deployments.ts'
import type { InitOptions } from './init/init.ts'
import {
  collectLists,
  collectTexts,
  commaList,
  port,
  switchedOn,
  trustedProxies,
  wholeNumber,
} from './option-values.ts'
import { onProcessEnd } from './process-end.ts'
import { printReport } from './report/print-report.ts'
import type { ServeOptions } from './serve/serve.ts'
import type { SimulateOptions } from './simulate/simulate.ts'
import { withTerminal } from './terminal.ts'
import type { VerifyOptions } from './verify/verify.ts'
import { readVersion } from './version.ts'

/** Exit code of a command that could not begin: a wrong option, a bad setting, or nobody there to talk to. */
const EXIT_UNUSABLE = 2
const LOG_FLUSH_LIMIT_MS = 500

/** Options of `serve` that are options of the token service. */
interface ServeFlags {
  trustProxy?: number | string[]
  gateway?: true
}

// Who reads the output may be gone before its end, as with `| head`; without a listener that ends the process with a stack.
process.stdout.on('error', () => undefined)

const program = new Command('coze-chat-widget')
  .description('A private conversation with your Coze agent for every visitor of your website.')
  .addHelpText(
    'after',
    `
Exit codes:
  0  done; doctor and verify: nothing wrong
  1  doctor and verify: something is wrong, the report names it
  2  a wrong option, a bad setting, or nobody there to talk to

Begin with "coze-chat-widget demo", go on with "coze-chat-widget init"; before going live, "doctor" on the server and "verify" from anywhere.`,
  )
  .version(readVersion(), '-v, --version', 'print the version')
  .configureHelp({ showGlobalOptions: false })
  .showHelpAfterError('(--help lists the options)')
  .exitOverride()

program
  .command('demo')
  .description(
    'run everything on this machine: site, token service and a simulated Coze; needs no account and no network',
  )
  .addOption(
    new Option('--port <number>', 'port of the site; the simulator takes the next one')
      .argParser(port)
      .default(8787)
      .env('PORT'),
  )
  .option('--token-ttl <seconds>', 'life of a token, short so that renewal can be watched', wholeNumber(1, 86_399), 60)
  .addHelpText('after', '\nWith COZE_* set (see "serve --help") the same pages talk to the real Coze.')
  .action(async (options: { port: number; tokenTtl: number }) => (await import('./demo/demo.ts')).demo(options))

program
  .command('init')
  .description('write the settings of a token service into this folder, try them, and print the tag for your pages')
  .option('--simulate', 'settings for a Coze that "simulate" runs on this machine; needs no account')
  .option('--yes', 'ask nothing')
  .addOption(new Option('--region <name>', 'where the account is').choices(['cn', 'com']))
  .option('--app-id <id>', 'id of the OAuth app (type "service app")')
  .option('--key-id <fingerprint>', 'fingerprint of its public key')
  .option('--key-file <path>', 'the downloaded private_key.pem')
  .option('--bot-id <id>', 'id of the agent')
  .addOption(
    new Option('--for <way>', 'how the service will run; writes the files that this way needs')
      .choices(DEPLOYMENTS)
      .default('node'),
  )
  .action(async ({ for: deployment, ...options }: InitOptions & { for: Deployment }) => {
    const { init } = await import('./init/init.ts')
    const { text, report } = await withTerminal((ask) => init({ ...options, deployment, ask }))
    console.log(text)
    if (report !== undefined) printReport(report)
  })

program
  .command('serve')
  .description('run the token service until SIGTERM or SIGINT')
  .option('--config <file>', 'the coze_oauth_config.json that the Coze console offers for download')
  .option('--port <number>', 'port to listen on (else PORT, else 8787)', port)
  .option('--host <address>', 'address to listen on (else HOST, else 0.0.0.0)')
  .option(
    '--trust-proxy <hops or networks>',
    'who may tell the address of a visitor, and what the browser saw, by X-Forwarded-* and Forwarded: how many proxies stand in front, or their networks ("loopback", "private", 10.0.0.0/8); else CHAT_TRUST_PROXY',
    trustedProxies,
  )
  .option(
    '--gateway',
    'browsers get passes in place of tokens and reach Coze through this service (light chat only); else CHAT_GATEWAY',
  )
  .addOption(
    new Option('--ui <kind>', "which chat a tag shows that does not say so: Coze's Chat SDK or the light chat")
      .choices(['official', 'light'])
      .env('CHAT_UI'),
  )
  .addOption(
    new Option(
      '--keep-widget-files <folder>',
      'folder that outlives upgrades: pages that are still open find the files of earlier versions there for 30 days',
    ).env('CHAT_WIDGET_KEEP'),
  )
  .option('--no-widget', 'do not deliver the widget, only tokens')
  .option('--no-check', 'do not get a token from Coze at the start')
  .addHelpText(
    'after',
    `
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

Routes: /embed.js and the files it loads, / (a page to try the chat on), POST /api/coze/token, GET /api/coze/healthz, GET /api/coze/metrics (Prometheus; keep it from the public).`,
  )
  .action(async ({ trustProxy, gateway, ...options }: ServeOptions & ServeFlags) => {
    const { serve } = await import('./serve/serve.ts')
    const isGateway = gateway ?? switchedOn('CHAT_GATEWAY', process.env['CHAT_GATEWAY'])
    const service = { ...(trustProxy !== undefined && { trustProxy }), ...(isGateway && { gateway: isGateway }) }
    const running = await serve({ ...options, service })
    await running.closed
    // A reader of the log that stands still would keep the process alive.
    await running.logWritten(LOG_FLUSH_LIMIT_MS)
    process.exit(0)
  })

program
  .command('simulate')
  .description('run a Coze on this machine that the clients of Coze accept unmodified')
  .option('--port <number>', 'port to listen on', port, 8788)
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--token-seconds <seconds>', 'life of access tokens, whatever is asked for', wholeNumber(1, 86_399))
  .option('--piece-delay-ms <milliseconds>', 'pause after each piece of an answer', wholeNumber(0, 60_000), 15)
  .addOption(
    new Option('--token-delay-ms <milliseconds>', 'the earlier name of --piece-delay-ms')
      .argParser(wholeNumber(0, 60_000))
      .hideHelp(),
  )
  .addOption(
    new Option('--flavour <kind>', '"studio" behaves like the open-source server')
      .choices(['coze', 'studio'])
      .default('coze'),
  )
  .addHelpText('after', '\nPrints the variables that "serve" needs to use it.')
  .action(async ({ tokenDelayMs, ...options }: SimulateOptions & { tokenDelayMs?: number }) => {
    const { simulate } = await import('./simulate/simulate.ts')
    const running = await simulate({ ...options, ...(tokenDelayMs !== undefined && { pieceDelayMs: tokenDelayMs }) })
    onProcessEnd(() => void running.close())
  })

program
  .command('cdn')
  .description('print the tag of this version on a CDN, with the integrity of its files')
  .option('--base <url>', 'address of the folder with embed.js, where it is not jsDelivr')
  .option('--import-map', 'also an import map, by which browsers check the files that embed.js loads later')
  .addHelpText('after', '\nFor pages that do not take the script from the service, as "serve" delivers it.')
  .action(async (options: CdnOptions) => {
    const { cdn } = await import('./cdn/cdn.ts')
    console.log(await cdn(options))
  })

program
  .command('doctor')
  .description('check key, clock, app, permissions, agents, origins and Redis; name the cure of whatever is wrong')
  .option('--config <file>', 'the coze_oauth_config.json that the Coze console offers for download')
  .option('--bot-id <id>', 'an agent to check beside COZE_BOT_IDS; may be given several times', collectLists)
  .option('--token-url <url>', 'the running service, to try CHAT_ORIGINS on it')
  .option('--no-chat', 'do not ask the agent a question (it counts against the quota of the account)')
  .option('--json', 'the report as JSON')
  .addHelpText(
    'after',
    '\nReads the same environment as "serve"; with COZE_PERSONAL_TOKEN it checks the Coze Studio at COZE_API_BASE. Exit code 0: all is well, 1: something is wrong.',
  )
  .action(async (options: DoctorOptions & { json?: true }) => {
    const { doctor } = await import('./doctor/doctor.ts')
    printReport(await doctor(options), options.json)
  })

program
  .command('verify')
  .description('attack a running token service: can a visitor reach the conversation of another?')
  .requiredOption('--token-url <url>', 'where the widget asks for its token')
  .option(
    '--api-base <url>',
    'the Open API, or the gateway of the service (default: as the service says, otherwise https://api.coze.cn)',
  )
  .option('--bot-id <id>', 'agent to talk to')
  .option('--app-id <id>', 'or: app of the chatflow to talk to')
  .option('--workflow-id <id>', 'and its chatflow')
  .option('--origin <origin>', 'origin of the pages with the widget (default: that of --token-url)')
  .option('--bearer <token>', 'identity token of a signed-in test user; twice for two users', collectTexts)
  .option('--cookie <cookie>', 'or: cookie of a signed-in test user; twice for two users', collectTexts)
  .option('--other-token-url <url>', 'a second site on the same Coze account')
  .option('--token-field <name>', 'field in which the service reads the id of a visitor (default: found out)')
  .option('--flood <number>', 'new visitors of the flood, 0 for none', wholeNumber(0, 100_000), 300)
  .option('--only <ids>', 'some checks only, such as guide,T4,T8', commaList)
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
    const { verify } = await import('./verify/verify.ts')
    printReport(await verify(options), options.json)
  })

/** The commands that read the settings of a service; the demo has its own unless they are really there. */
const READS_SETTINGS = ['serve', 'simulate', 'doctor']

try {
  if (READS_SETTINGS.includes(process.argv[2] ?? '')) loadEnvFile()
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_UNUSABLE
  } else {
    // The sentence of a CozeChatError says what to do; anything else is a defect, to be reported with its stack.
    console.error(isCozeChatError(error) ? `\n${error.message}\n` : error)
    process.exitCode = EXIT_UNUSABLE
  }
}
