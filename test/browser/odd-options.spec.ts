/** Option values of a wrong shape: the owner reads it once, they count as not given, and the chat goes on. */
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'
import { expect, test } from './demo-fixture.ts'
import { listen } from './listen.ts'

const OPTIONS: readonly (readonly [told: RegExp, options: object])[] = [
  [/hours must be object/, { hours: '9-5' }],
  [/hours\.week must be/, { hours: { timeZone: 'UTC' } }],
  [/hours\.week must be/, { hours: { timeZone: 'UTC', week: null, mayWrite: false } }],
  [/hours\.closed must be a list/, { hours: { timeZone: 'UTC', week: {}, closed: '2026-12-25', mayWrite: false } }],
  [/title .* must be text/, { title: 5 }],
  [/suggestions .* must be text or list/, { suggestions: 5 }],
  [/theme .* must be one of/, { theme: 'drak' }],
  [/lang .* must be text/, { lang: 5 }],
  [/placeholder .* must be text/, { placeholder: 5 }],
  [/strings must be object/, { strings: 5 }],
  [/features .* must be one of/, { features: 5 }],
  [/handoff .* must be text or object/, { handoff: 5 }],
  [/hideOn .* must be text or list/, { hideOn: 5 }],
  [/teaser .* must be text or list/, { teaser: 5 }],
  [/tools must be object, which no attribute can hold/, { tools: '{}' }],
  [/customVariables must be object, which no attribute can hold/, { customVariables: 'a=b' }],
  [/form must be list, which no attribute can hold/, { form: '[]' }],
  [/launcherSize .* must be a number of pixels from 44 to 96/, { launcherSize: 500 }],
  [/accent .* must be a color as in CSS/, { accent: 'nocolour' }],
  [/target .* must be the selector of an element/, { target: '#nowhere' }],
  [/target .* must be the selector of an element/, { target: '##' }],
]

for (const [told, options] of OPTIONS) {
  test(`${JSON.stringify(options)} is told once, and the chat goes on`, async ({ page, demo, chat }) => {
    const { printed, thrown } = listen(page)
    await page.addInitScript((given) => {
      window.cozeChatOptions = given as ChatWidgetOptions
    }, options)
    await page.goto(demo.url)
    await chat.launcher.click()
    await chat.ask('Hello')
    await expect.poll(() => printed.filter((line) => told.test(line)).length).toBe(1)
    expect(printed.filter((line) => line.includes('internal'))).toEqual([])
    expect(thrown).toEqual([])
  })
}

for (const options of [
  { launcherSize: 500 },
  { radius: 40 },
  { offsetX: Number.NaN, offsetY: '9' },
  { zIndex: 'top' },
  { launcherSize: 'large' },
  { accent: '4d53e8' },
]) {
  const given = Object.entries(options).map(([name, value]) => `${name} ${value}`)
  test(`${given.join(' and ')} that will count as not given is not drawn before the chat is there either`, async ({
    page,
    demo,
    chat,
  }) => {
    const drawn = async (given: object) => {
      await page.evaluate((next) => window.cozeChat?.setOptions(next as ChatWidgetOptions), given)
      return chat.widget.evaluate((element) => {
        const parts = [...(element.shadowRoot?.querySelectorAll('.launcher, .frame, .panel') ?? [])]
        return parts.map((part) => {
          const { offsetLeft, offsetTop, offsetWidth, offsetHeight } = part as HTMLElement
          const { backgroundColor, borderRadius, zIndex, font } = getComputedStyle(part)
          return [
            part.className,
            offsetLeft,
            offsetTop,
            offsetWidth,
            offsetHeight,
            backgroundColor,
            borderRadius,
            zIndex,
            font,
          ].join(' ')
        })
      })
    }
    await page.route('**/dist/chat-*.js', () => {})
    await page.goto(demo.url)
    await chat.launcher.click()
    const before = await drawn({})
    expect(before).toHaveLength(3)
    // A launcher of another size waits for its file.
    await expect.poll(() => drawn(options)).toEqual(before)
  })
}

test('a signed-in user on plain http: the visitor is told calmly, and nobody is asked for a token', async ({
  page,
  demo,
  chat,
}) => {
  const { printed, thrown } = listen(page)
  const asked: string[] = []
  page.on('request', (request) => request.url().includes('/api/coze/token') && asked.push(request.url()))
  await page.addInitScript(() => {
    Object.defineProperty(window, 'isSecureContext', { value: false })
    window.cozeChatOptions = { user: 'required' }
  })
  await page.goto(demo.url)
  await chat.launcher.click()
  await expect(chat.widget.locator('[data-fatal]')).toBeVisible()
  await expect.poll(() => printed.join('\n')).toMatch(/insecure_context.*https/)
  expect([asked, thrown]).toEqual([[], []])
})

test('a page that userToken returned is told as such, and not as a network that fails', async ({
  page,
  demo,
  chat,
}) => {
  const { printed } = listen(page)
  await page.addInitScript(() => {
    window.cozeChatOptions = { userToken: async () => '<!doctype html>\n<h1>Sign in</h1>' }
  })
  await page.goto(demo.url)
  await chat.launcher.click()
  await expect.poll(() => printed.join('\n')).toContain('invalid_options: userToken gave something that is no token')
  expect(printed.join('\n')).not.toContain('CHAT_ORIGINS')
})

test('a chat that is open from the start leaves the focus where the page has it', async ({ page, demo, chat }) => {
  await page.addInitScript(() => {
    window.cozeChatOptions = { open: true }
    document.addEventListener('DOMContentLoaded', () => {
      const field = document.createElement('input')
      field.id = 'search'
      document.body.append(field)
      field.focus()
    })
  })
  await page.goto(demo.url)
  await expect(chat.composer).toBeEnabled()
  await expect(chat.log).toBeVisible()
  await expect(page.locator('#search')).toBeFocused()
})

test('on an open chat they take nothing away, and a right one counts later', async ({ page, chat }) => {
  const { printed, thrown } = listen(page)
  await chat.open()
  const give = (options: object) =>
    page.evaluate((given) => window.cozeChat?.setOptions(given as ChatWidgetOptions), options)
  for (const [, options] of OPTIONS) await give(options)
  await chat.ask('Hello')
  await expect.poll(() => printed.join('\n')).toContain('hours.closed must be a list')
  await give({ title: 'Shop', hours: undefined, form: undefined })
  await expect(chat.widget.getByRole('heading', { name: 'Shop' })).toBeVisible()
  expect(thrown).toEqual([])
})
