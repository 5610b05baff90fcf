/** What a visitor's browser fetches of our files, counted as it happens. */
import { brotliCompressSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import type { RunningDemo } from '../../src/cli/demo/demo-server.ts'
import { type ChatPage, chatOn } from './demo-fixture.ts'

export interface WireBytes {
  /** Names without their hash, in the order in which they were asked for. */
  readonly files: readonly string[]
  /** Of all files together, each compressed by brotli at its highest quality. */
  readonly bytes: number
}

export interface Journey {
  readonly name: string
  readonly lang: string
  /** Whether the agent listens and has shortcuts. */
  readonly extras: boolean
  readonly questions: readonly string[]
  /** What the last file that is loaded draws. */
  readonly drawn?: string
  /** Kilobytes that the journey should cost. Not reached yet, so the benchmark prints it and no test holds it. */
  readonly goal: number
  /** What no change may go beyond. Kilobytes are 1,000 bytes. */
  readonly most: { readonly kilobytes: number; readonly files: number }
}

/** The turns that people have, and what each may cost from the page's first byte to the end of its answer. */
export const JOURNEYS: readonly Journey[] = [
  { name: 'a hello', lang: 'en', extras: false, questions: ['Hello'], goal: 36, most: { kilobytes: 56.5, files: 2 } },
  {
    name: 'a hello, with voice and shortcuts',
    lang: 'en',
    extras: true,
    questions: ['Hello'],
    goal: 42,
    most: { kilobytes: 61.6, files: 3 },
  },
  {
    name: 'an answer with Markdown',
    lang: 'en',
    extras: true,
    questions: ['/table'],
    drawn: 'table',
    goal: 64,
    most: { kilobytes: 77.5, files: 4 },
  },
  {
    name: 'an answer with Markdown and code',
    lang: 'en',
    extras: true,
    questions: ['/code'],
    drawn: 'pre code span',
    goal: 73,
    most: { kilobytes: 86.3, files: 5 },
  },
  {
    name: 'a hello in Japanese',
    lang: 'ja',
    extras: false,
    questions: ['こんにちは'],
    goal: 39,
    most: { kilobytes: 58.8, files: 3 },
  },
]

/** `/dist/chat-B1WnUWyO.js` -> `chat.js` */
export const withoutHash = (path: string) => path.replace(/^.*\//, '').replace(/-[\w-]{8}(?=\.js$)/, '')

/** Counts from now on. */
export function countWireBytes(page: Page): () => Promise<WireBytes> {
  const fetched = new Map<string, Promise<Buffer>>()
  page.on('response', (response) => {
    const { pathname } = new URL(response.url())
    if (!pathname.startsWith('/dist/')) return
    const body = response.body()
    // Of a file that comes after the count nobody asks, and its page may be gone by then.
    body.catch(() => {})
    fetched.set(pathname, body)
  })
  return async () => {
    let bytes = 0
    for (const body of fetched.values()) bytes += brotliCompressSync(await body).length
    return { files: [...fetched.keys()].map(withoutHash), bytes }
  }
}

/** Goes through one of {@link JOURNEYS} as a new visitor. */
export async function travel(
  page: Page,
  demo: RunningDemo,
  { lang, extras, questions, drawn }: Journey,
): Promise<WireBytes> {
  if (!extras) await takeExtrasAway(page)
  const count = countWireBytes(page)
  // Nothing on the page waits for that file.
  const extrasFile = extras ? page.waitForResponse(/\/voice-and-shortcuts-/) : undefined
  const chat: ChatPage = chatOn(page, demo)
  await chat.open(`/?lang=${lang}`)
  for (const question of questions) await chat.ask(question)
  if (drawn) await chat.log.locator(drawn).first().waitFor()
  await extrasFile
  return count()
}

/** The simulated agent listens and has shortcuts; many agents do not. */
async function takeExtrasAway(page: Page): Promise<void> {
  await page.route('**/v1/bots/*', async (route) => {
    const response = await route.fetch()
    const body = (await response.json()) as { data: Record<string, unknown> }
    const { media_config: _, shortcut_commands: __, voice_info_list: ___, ...data } = body.data
    await route.fulfill({ response, json: { ...body, data } })
  })
}
