/** The main job in the other engines of the README's list, where the machine has them: `apt-get install firefox-esr webkit2gtk-driver xvfb`. */
import { expect, test } from './demo-fixture.ts'
import { ENGINES, ENTER, type EngineBrowser } from './other-engines.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const launcher = () => document.querySelector('coze-chat')?.shadowRoot?.querySelector('button[part=launcher]')
const field = () => document.querySelector('coze-chat')?.shadowRoot?.querySelector('textarea')
const words = () => document.querySelector('coze-chat')?.shadowRoot?.querySelector('[role=log]')?.textContent ?? ''

/** Resolves when the answer has come and holds this. */
async function ask(browser: EngineBrowser, question: string, answer: string): Promise<void> {
  await browser.type(field, question + ENTER)
  await browser.until((wanted) => {
    const log = document.querySelector('coze-chat')?.shadowRoot?.querySelector('[role=log]')
    const answers = [...(log?.querySelectorAll('[part=assistant-message]') ?? [])]
    return log?.getAttribute('aria-busy') === 'false' && answers.at(-1)?.textContent?.includes(wanted)
  }, answer)
}

for (const [name, launch] of Object.entries(ENGINES)) {
  test.describe(name, () => {
    test.skip(launch === undefined, `${name} is not installed.`)
    let browser: EngineBrowser
    test.beforeEach(async () => {
      if (launch) browser = await launch()
    })
    test.afterEach(() => browser?.close())

    test(`${name}: opens by a click, takes keys, answers, and remembers after a reload`, async ({ demo }) => {
      await browser.goto(`${demo.url}/`)
      await browser.click(launcher)
      await ask(browser, 'My name is Ann', 'Ann')
      await browser.goto(`${demo.url}/`)
      await browser.click(launcher)
      await browser.until(() =>
        document.querySelector('coze-chat')?.shadowRoot?.textContent?.includes('My name is Ann'),
      )
      await ask(browser, 'What is my name?', 'Ann')
    })

    test(`${name}: draws tables and code, and nothing is thrown`, async ({ demo }) => {
      await browser.goto(`${demo.url}/`)
      await browser.evaluate(() => {
        const thrown: string[] = []
        Object.assign(window, { thrown })
        addEventListener('error', ({ message }) => thrown.push(message))
        addEventListener('unhandledrejection', ({ reason }) => thrown.push(String(reason)))
      })
      await browser.click(launcher)
      await ask(browser, '/table', '')
      await browser.until(() => document.querySelector('coze-chat')?.shadowRoot?.querySelector('[role=log] table'))
      await ask(browser, '/code', '')
      await browser.until(() => document.querySelector('coze-chat')?.shadowRoot?.querySelector('pre code span'))
      expect(await browser.evaluate(() => (window as unknown as { thrown: string[] }).thrown)).toEqual([])
    })

    test(`${name}: under the strictest policy the chat starts, streams and draws`, async ({ demo }) => {
      await browser.goto(`${demo.url}/csp`)
      await browser.click(launcher)
      await ask(browser, '/markdown', '')
      expect(await browser.evaluate(words)).not.toBe('')
    })

    test(`${name}: a signed-in user’s chat is gone after logout`, async ({ demo }) => {
      await browser.goto(`${demo.url}/shop`)
      await browser.click(() =>
        [...document.querySelectorAll('button')].find((it) => it.textContent === 'Sign in as Ann'),
      )
      await browser.until(() => document.body.textContent?.includes('Signed in as Ann'))
      await browser.click(launcher)
      await ask(browser, 'My name is Canary-Ann', 'Canary-Ann')
      await browser.click(() => [...document.querySelectorAll('button')].find((it) => it.textContent === 'Sign out'))
      await browser.until(() => !document.querySelector('coze-chat')?.shadowRoot?.textContent?.includes('Canary-Ann'))
    })
  })
}
