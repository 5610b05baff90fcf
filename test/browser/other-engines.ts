/**
 * Firefox and WebKit as a system has them, driven by WebDriver (https://www.w3.org/TR/webdriver2/): WebKit over HTTP, Firefox over
 * Marionette, which is the same commands in a socket (https://firefox-source-docs.mozilla.org/testing/marionette/). Playwright drives
 * only browsers of its own building.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from '../server/support/redis-server.ts'

export interface EngineBrowser {
  goto(url: string): Promise<void>
  /** Runs the function in the page. */
  evaluate<T, A = undefined>(work: (argument: A) => T, argument?: A): Promise<T>
  /** Evaluates until the answer is truthy. */
  until<T, A = undefined>(work: (argument: A) => T, argument?: A): Promise<T>
  /** A click of a person on what the function finds. */
  click(find: () => Element | null | undefined): Promise<void>
  /** Keys of a person; `\uE007` is Enter. */
  type(find: () => Element | null | undefined, text: string): Promise<void>
  close(): Promise<void>
}

export const ENTER = '\uE007'

/** Name of an element in the answers of a driver. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
const WAIT_MS = 20_000

interface Driver {
  navigate(url: string): Promise<void>
  script(script: string, args: unknown[]): Promise<unknown>
  click(element: string): Promise<void>
  sendKeys(element: string, text: string): Promise<void>
  close(): Promise<void>
}

const onPath = (name: string) =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))

const firefox = ['firefox-esr', 'firefox'].find(onPath)

/** Undefined where this machine has no such browser. */
export const ENGINES: Readonly<Record<'Firefox' | 'WebKit', (() => Promise<EngineBrowser>) | undefined>> = {
  Firefox: firefox === undefined ? undefined : async () => browserOf(await startFirefox(firefox)),
  WebKit: onPath('WebKitWebDriver') && onPath('Xvfb') ? async () => browserOf(await startWebKit()) : undefined,
}

function browserOf(driver: Driver): EngineBrowser {
  const evaluate = async (work: unknown, argument?: unknown) =>
    (await driver.script(`return (${String(work)})(arguments[0])`, [argument ?? null])) as never

  async function until(work: unknown, argument?: unknown): Promise<never> {
    const end = Date.now() + WAIT_MS
    for (;;) {
      const answer = await evaluate(work, argument)
      if (answer) return answer
      if (Date.now() > end) throw new Error(`The page never came to: ${String(work)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function find(finder: unknown): Promise<string> {
    const element = (await until(finder)) as Record<string, string>
    return element[ELEMENT] ?? ''
  }

  return {
    goto: driver.navigate,
    evaluate,
    until,
    click: async (finder) => driver.click(await find(finder)),
    type: async (finder, text) => driver.sendKeys(await find(finder), text),
    close: driver.close,
  }
}

/** Ends it with all that it has started. */
function kill({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const end = Date.now() + WAIT_MS
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** It chooses its number itself: two at once that look for a free one, as `xvfb-run -a` does, may find the same. */
async function startScreen(): Promise<{ screen: ChildProcess; display: string }> {
  const screen = spawn('Xvfb', ['-displayfd', '1'], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] })
  const [number] = await once(screen.stdout, 'data')
  return { screen, display: `:${String(number).trim()}` }
}

async function startWebKit(): Promise<Driver> {
  const port = await freePort()
  const { screen, display } = await startScreen()
  const env = { ...process.env, DISPLAY: display }
  const child = spawn('WebKitWebDriver', [`--port=${port}`], { detached: true, stdio: 'ignore', env })
  const call = async (method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    })
    const { value } = (await response.json()) as { value: unknown }
    if (!response.ok) throw new Error(JSON.stringify(value))
    return value
  }
  await eventually(() => call('GET', '/status'))
  const { sessionId } = (await call('POST', '/session', { capabilities: { alwaysMatch: {} } })) as { sessionId: string }
  const session = `/session/${sessionId}`
  return {
    navigate: async (url) => void (await call('POST', `${session}/url`, { url })),
    script: (script, args) => call('POST', `${session}/execute/sync`, { script, args }),
    click: async (element) => void (await call('POST', `${session}/element/${element}/click`, {})),
    sendKeys: async (element, text) => void (await call('POST', `${session}/element/${element}/value`, { text })),
    async close() {
      await call('DELETE', session).catch(() => {})
      kill(child)
      kill(screen)
    },
  }
}

async function startFirefox(command: string): Promise<Driver> {
  const profile = await mkdtemp(join(tmpdir(), 'chat-firefox-'))
  await writeFile(
    join(profile, 'user.js'),
    [
      'marionette.port", 0',
      'browser.shell.checkDefaultBrowser", false',
      'datareporting.policy.dataSubmissionEnabled", false',
    ]
      .map((preference) => `user_pref("${preference});`)
      .join('\n'),
  )
  const child = spawn(command, ['--headless', '--marionette', '--no-remote', '--profile', profile], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, HOME: profile },
  })
  const port = await eventually(async () => {
    // It is there, and empty, before the number is written.
    const text = await readFile(join(profile, 'MarionetteActivePort'), 'utf8')
    if (!text) throw new Error('Firefox does not listen yet')
    return Number(text)
  })
  const socket = connect(port, '127.0.0.1')
  const waiting = new Map<number, (reply: [error: unknown, value: unknown]) => void>()
  let rest = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk])
    for (;;) {
      const colon = rest.indexOf(':')
      const length = Number(rest.subarray(0, Math.max(0, colon)).toString())
      if (colon < 0 || rest.length < colon + 1 + length) return
      const message: unknown = JSON.parse(rest.subarray(colon + 1, colon + 1 + length).toString())
      rest = rest.subarray(colon + 1 + length)
      if (!Array.isArray(message)) continue
      const [, id, error, value] = message as [number, number, unknown, unknown]
      waiting.get(id)?.([error, value])
    }
  })
  let lastId = 0
  async function call(name: string, parameters: object = {}): Promise<unknown> {
    const id = ++lastId
    const text = JSON.stringify([0, id, name, parameters])
    const reply = new Promise<[unknown, unknown]>((resolve) => waiting.set(id, resolve))
    socket.write(`${Buffer.byteLength(text)}:${text}`)
    const [error, value] = await reply
    if (error) throw new Error(JSON.stringify(error))
    return (value as { value?: unknown } | null)?.value
  }
  await call('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } })
  return {
    navigate: async (url) => void (await call('WebDriver:Navigate', { url })),
    script: (script, args) => call('WebDriver:ExecuteScript', { script, args }),
    click: async (id) => void (await call('WebDriver:ElementClick', { id })),
    sendKeys: async (id, text) => void (await call('WebDriver:ElementSendKeys', { id, text })),
    async close() {
      await call('Marionette:Quit', { flags: ['eForceQuit'] }).catch(() => {})
      socket.destroy()
      kill(child)
      await rm(profile, { recursive: true, force: true, maxRetries: 5 }).catch(() => {})
    },
  }
}
