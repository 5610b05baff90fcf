/**
 * Chromium as people run it. Test drivers keep every page visible, unthrottled and out of the back/forward cache, so whoever
 * tests those conditions with them tests nothing; here the DevTools protocol is spoken over a pipe, without any such flag.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { chromium } from '@playwright/test'

export interface RawTab {
  readonly targetId: string
  send(method: string, params?: object): Promise<Record<string, unknown>>
  /** Runs in the page, with a user's gesture; answers JSON. */
  evaluate<T, A = undefined>(work: (argument: A) => T | Promise<T>, argument?: A): Promise<T>
  /** Evaluates until the answer is truthy. */
  until<T, A = undefined>(work: (argument: A) => T | Promise<T>, argument?: A, limitMs?: number): Promise<T>
  /** Resolves when the page has loaded. */
  goto(url: string): Promise<void>
  bringToFront(): Promise<void>
  /** Only hidden pages really freeze: bring another tab to the front first. */
  setFrozen(frozen: boolean): Promise<void>
  close(): Promise<void>
}

export interface RawBrowser {
  newTab(url?: string): Promise<RawTab>
  /** A tab that no debugger is attached to: under one, Chromium prerenders nothing. */
  openAlone(url: string): Promise<void>
  /** The tab that shows this address now: activation of a prerendered page replaces the target. */
  attach(url: string): Promise<RawTab>
  close(): Promise<void>
}

interface Message {
  id?: number
  method?: string
  params?: Record<string, unknown>
  sessionId?: string
  result?: Record<string, unknown>
  error?: { message: string }
}

export async function launchRawChromium(flags: readonly string[] = []): Promise<RawBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'chat-chromium-'))
  // Opens chrome://discards, the one place that can discard a tab.
  await writeFile(join(profile, 'Local State'), '{"internal_only_uis_enabled":true}')
  const child = spawn(
    process.env['CHROMIUM_PATH'] || chromium.executablePath(),
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-sync',
      '--disable-component-update',
      '--disable-background-networking',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
      ...flags,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  )
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
  const input = child.stdio[3] as Writable
  const output = child.stdio[4] as Readable
  const waiting = new Map<number, { resolve(result: Record<string, unknown>): void; reject(error: Error): void }>()
  let lastId = 0
  let rest = ''
  output.setEncoding('utf8').on('data', (text: string) => {
    const messages = (rest + text).split('\0')
    rest = messages.pop() ?? ''
    for (const json of messages) {
      const { id, result, error } = JSON.parse(json) as Message
      if (id === undefined) continue
      const call = waiting.get(id)
      waiting.delete(id)
      if (error) call?.reject(new Error(error.message))
      else call?.resolve(result ?? {})
    }
  })

  function send(method: string, params: object = {}, sessionId?: string): Promise<Record<string, unknown>> {
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject })
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    })
  }

  async function attachTo(targetId: string): Promise<RawTab> {
    const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
    const call = (method: string, params?: object) => send(method, params, String(sessionId))
    const tab: RawTab = {
      targetId,
      send: call,
      async evaluate<T>(work: unknown, argument?: unknown): Promise<T> {
        const { result, exceptionDetails } = (await call('Runtime.evaluate', {
          expression: `(${String(work)})(${JSON.stringify(argument)})`,
          awaitPromise: true,
          returnByValue: true,
          userGesture: true,
        })) as { result?: { value?: T }; exceptionDetails?: { text: string; exception?: { description?: string } } }
        if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
        return result?.value as T
      },
      async until(work, argument, limitMs = 15_000) {
        for (const end = Date.now() + limitMs; ; ) {
          const value = await tab.evaluate(work, argument as never).catch((error: Error) => {
            // The page was on its way to the next document.
            if (!/context|navigat/i.test(error.message)) throw error
            return undefined
          })
          if (value) return value
          if (Date.now() > end) throw new Error(`Never came true: ${String(work).slice(0, 300)}`)
          await new Promise((resolve) => setTimeout(resolve, 50))
        }
      },
      async goto(url) {
        await call('Page.navigate', { url })
        await tab.until(() => document.readyState === 'complete' && location.href !== 'about:blank')
      },
      bringToFront: async () => void (await send('Target.activateTarget', { targetId })),
      setFrozen: async (frozen) =>
        void (await call('Page.setWebLifecycleState', { state: frozen ? 'frozen' : 'active' })),
      close: async () => void (await send('Target.closeTarget', { targetId })),
    }
    return tab
  }

  return {
    async newTab(url = 'about:blank') {
      const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
      const tab = await attachTo(String(targetId))
      await tab.bringToFront()
      if (url !== 'about:blank') await tab.goto(url)
      return tab
    },
    openAlone: async (url) => void (await send('Target.createTarget', { url })),
    async attach(url) {
      for (const end = Date.now() + 10_000; ; ) {
        const { targetInfos } = (await send('Target.getTargets')) as {
          targetInfos: { targetId: string; url: string }[]
        }
        const found = targetInfos.find((target) => target.url === url)
        if (found) return attachTo(found.targetId)
        if (Date.now() > end)
          throw new Error(`No tab shows ${url}: ${targetInfos.map((target) => target.url).join(' ')}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
    async close() {
      const exited = new Promise((resolve) => child.once('exit', resolve))
      await Promise.race([send('Browser.close').catch(() => {}), exited])
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 3_000))])
      child.kill('SIGKILL')
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}
