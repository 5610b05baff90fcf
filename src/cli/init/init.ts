/** `coze-chat-widget init`: writes the settings of a token service, tries them, and prints the tag for the pages. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CozeChatError } from '../../errors.ts'
import { createCozeSimulator } from '../../simulator/index.ts'
import { doctor } from '../doctor/doctor.ts'
import { ENV_FILE, type Variables, writeEnvFile } from '../env-file.ts'
import type { Report } from '../report/findings.ts'
import { simulatedSettings } from '../simulate/simulated-settings.ts'
import { readVersion } from '../version.ts'
import { type Deployment, planOf } from './deployments.ts'
import { type InitWords, initWords } from './init-words.ts'
import { chatComponent, pageTag, SERVICE_URL } from './page-tag.ts'

export interface InitOptions {
  /** Settings for a Coze that `simulate` runs on this machine. */
  simulate?: true
  /** Ask nothing: what is missing is an error. */
  yes?: true
  region?: 'cn' | 'com'
  appId?: string
  keyId?: string
  keyFile?: string
  botId?: string
  /** Default `node`. */
  deployment?: Deployment
  /** Where the files are written. Default: the current folder. */
  directory?: string
  env?: Readonly<Record<string, string | undefined>>
  /** Asks a question. Default: nobody can be asked. */
  ask?: ((question: string) => Promise<string>) | undefined
  fetch?: typeof globalThis.fetch
}

export interface InitResult {
  /** What to tell the owner. */
  readonly text: string
  /** Undefined with a simulated Coze, which does not run yet. */
  readonly report: Report | undefined
}

/** Ways to run that answer on the machine on which `init` runs. */
const OPENS_HERE: readonly Deployment[] = ['node', 'compose']
const SIMULATOR_URL = 'http://127.0.0.1:8788'

/** @throws CozeChatError `misconfigured` before anything is written, where something is missing or a file is there already */
export async function init(options: InitOptions): Promise<InitResult> {
  const { directory = '.', deployment = 'node' } = options
  const words = initWords(options.env ?? process.env)
  const plan = await planOf(deployment, directory)
  const paths = [ENV_FILE, ...Object.keys(plan.files)]
  for (const path of paths) if (existsSync(join(directory, path))) throw misconfigured(words.exists(path))
  const variables = options.simulate ? await simulated() : await accountSettings(options, words)

  await mkdir(directory, { recursive: true })
  await writeEnvFile(join(directory, ENV_FILE), variables)
  for (const [path, content] of Object.entries(plan.files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    const text = path.endsWith('/chat.tsx') ? chatComponent(content, variables) : content
    await writeFile(join(directory, path), text, { flag: 'wx' })
  }
  const component = paths.find((path) => path.endsWith('/chat.tsx'))
  const text = [
    words.written(paths),
    words.keepSecret,
    '',
    words.start(plan.commands, options.simulate && 'npx coze-chat-widget simulate'),
    ...(OPENS_HERE.includes(deployment) ? [words.open(SERVICE_URL)] : []),
    '',
    ...(component === undefined
      ? [words.tag, `  ${pageTag(deployment, variables, readVersion())}`, words.origins]
      : [words.component(component, component.replace('chat.tsx', 'layout.tsx'))]),
  ].join('\n')
  const report = options.simulate
    ? undefined
    : await doctor({ env: variables, chat: false, ...(options.fetch !== undefined && { fetch: options.fetch }) })
  return { text, report }
}

async function simulated(): Promise<Variables> {
  const { credentials } = await createCozeSimulator()
  return simulatedSettings(SIMULATOR_URL, credentials)
}

async function accountSettings(options: InitOptions, words: InitWords): Promise<Variables> {
  const answer = async (name: string, question: string, given: string | undefined): Promise<string> => {
    const value = given ?? (options.yes ? undefined : (await options.ask?.(question))?.trim())
    if (value === undefined || value === '') throw misconfigured(words.wanted(name))
    return value
  }
  const region = await answer('--region', words.region, options.region ?? (options.yes && 'cn'))
  const appId = await answer('--app-id', words.appId, options.appId)
  const keyId = await answer('--key-id', words.keyId, options.keyId)
  const keyFile = await answer('--key-file', words.keyFile, options.keyFile)
  const botId = await answer('--bot-id', words.botId, options.botId)
  const privateKey = await readFile(keyFile, 'utf8').catch(() => {
    throw misconfigured(words.unreadable(keyFile))
  })
  return {
    COZE_REGION: region,
    COZE_APP_ID: appId,
    COZE_KEY_ID: keyId,
    COZE_PRIVATE_KEY: privateKey,
    COZE_BOT_IDS: botId,
    CHAT_SECRET: randomBytes(32).toString('base64'),
  }
}

function misconfigured(message: string): CozeChatError {
  return new CozeChatError('misconfigured', message)
}
