/** A demo (site, token service, simulator) of its own for each test, and the words that tests use to speak of the chat. */
import { test as base, expect, type Locator, type Page } from '@playwright/test'
import type { RunningDemo } from '../../src/cli/demo/demo-server.ts'
import { startDemo } from '../../src/cli/demo/demo-server.ts'
import type { SimulatorKnobsInput } from '../../src/simulator/index.ts'

export interface DemoOptions {
  /** Life of a token in seconds. Default 60, as in `npm run demo`. */
  tokenTtlSeconds: number
  knobs: SimulatorKnobsInput
}

interface Fixtures {
  demoOptions: DemoOptions
  demo: RunningDemo
  chat: ChatPage
}

/** The chat on one page, by what a visitor sees. */
export interface ChatPage {
  readonly widget: Locator
  readonly launcher: Locator
  readonly composer: Locator
  readonly log: Locator
  readonly answers: Locator
  open(path?: string): Promise<void>
  /** Sends and waits for the end of the answer. */
  ask(text: string): Promise<void>
}

export function chatOn(page: Page, demo: RunningDemo): ChatPage {
  const widget = page.locator('coze-chat')
  const log = widget.getByRole('log')
  const composer = widget.getByRole('textbox')
  const answers = log.locator('[part=assistant-message]')
  const messages = log.locator('[part=user-message], [part=assistant-message]')
  const launcher = widget.locator('button[part=launcher]')
  return {
    widget,
    launcher,
    composer,
    log,
    answers,
    async open(path = '/') {
      await page.goto(demo.url + path)
      await launcher.click()
      await expect(composer).toBeEnabled()
    },
    async ask(text) {
      const before = await answers.count()
      await composer.fill(text)
      await composer.press('Enter')
      // Older messages may come meanwhile, above the question.
      await expect.poll(() => answers.count()).toBeGreaterThan(before)
      await expect(messages.last()).toHaveAttribute('part', 'assistant-message')
      await expect(log).toHaveAttribute('aria-busy', 'false')
    },
  }
}

/** To the shop as one of its users, by its own button. */
export async function signIn(page: Page, demo: { url: string }, name: 'Ann' | 'Bo'): Promise<void> {
  if (new URL(page.url()).pathname !== '/shop') await page.goto(`${demo.url}/shop`)
  await page.getByRole('button', { name: `Sign in as ${name}` }).click()
  await page.getByText(`Signed in as ${name}`).waitFor()
}

/** Leaves the conversation for a new one and comes back to it, so that what is shown is what the server has kept. */
export async function reopenConversation({ widget, answers }: ChatPage): Promise<void> {
  await widget.getByRole('button', { name: 'New conversation' }).click()
  await expect(answers).toHaveCount(0)
  await widget.getByRole('button', { name: 'Conversations' }).click()
  await widget.locator('.drawer .open').last().click()
  await expect(answers).not.toHaveCount(0)
}

/**
 * Nothing here has the scope of a worker: the runner ends a worker, and the Chromium in it, wherever such a value is set anew, hence once for
 * each file. A demo is there in a hundredth of the time.
 */
export const test = base.extend<Fixtures>({
  demoOptions: [{ tokenTtlSeconds: 60, knobs: {} }, { option: true }],
  demo: async ({ demoOptions }, use) => {
    const demo = await startDemo({ port: 0, simulatorPort: 0, ...demoOptions })
    await use(demo)
    await demo.close()
  },
  /** The demo outlives its pages, or what they still ask for would be logged as a fault. */
  context: async ({ demo: _, context }, use) => await use(context),
  chat: async ({ page, demo }, use) => {
    await use(chatOn(page, demo))
  },
})

export { expect }
