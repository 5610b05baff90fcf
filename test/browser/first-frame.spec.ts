/** From the tap until the chat has drawn itself: one can type and leave at once, and nothing of it is lost or sent twice. */
import type { CDPSession, Page } from '@playwright/test'
import type { ChatPage } from './demo-fixture.ts'
import { callsTo, expect, test, watchTrouble } from './guest-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

const CHAT_FILE = '**/dist/chat-*.js'
const PHONE = { viewport: { width: 360, height: 700 }, hasTouch: true, isMobile: true } as const
const VIEWPORT = '<meta name="viewport" content="width=device-width">'
const LATER = { tag: { preload: 'false' } }

/**
 * Holds back the files that match until it is released. From `fail` until then each request of one fails, however many there are: a pointer
 * that reaches for the launcher asks before the click does.
 */
async function holdBack(page: Page, pattern = CHAT_FILE) {
  let release = () => {}
  let fails = false
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(pattern, async (route) => {
    if (fails) {
      await route.abort()
      return
    }
    await released
    await route.continue()
  })
  return {
    release() {
      fails = false
      release()
    },
    fail() {
      fails = true
    },
  }
}

/** The chat has drawn itself over the first frame. */
const arrived = ({ widget }: ChatPage) => widget.locator('[part=send-button]').waitFor({ state: 'attached' })

const field = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const input = root?.querySelector('textarea')
    return {
      text: input?.value,
      caret: input?.selectionStart,
      focused: input !== null && root?.activeElement === input,
    }
  })

interface Hands {
  readonly page: Page
  readonly cdp: CDPSession
  readonly chat: ChatPage
}

type Step = (hands: Hands) => Promise<unknown>

const type =
  (text: string): Step =>
  ({ page }) =>
    page.keyboard.type(text)
const enter: Step = ({ page }) => page.keyboard.press('Enter')
/** As an input method does it: letters that are not yet words. */
const compose =
  (text: string): Step =>
  ({ cdp }) =>
    cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
const commit =
  (text: string): Step =>
  ({ cdp }) =>
    cdp.send('Input.insertText', { text })
const paste =
  (text: string): Step =>
  async ({ page }) => {
    await page.evaluate((words) => navigator.clipboard.writeText(words), text)
    await page.keyboard.press('Control+V')
  }
const close: Step = ({ page }) => page.keyboard.press('Escape')
const open: Step = ({ chat }) => chat.launcher.click()

interface Interleaving {
  readonly steps: readonly Step[]
  readonly sent: readonly string[]
  readonly draft: string
}

const INTERLEAVINGS: Readonly<Record<string, Interleaving>> = {
  typed: { steps: [type('one'), type(' two'), type(' three'), type(' four')], sent: [], draft: 'one two three four' },
  'typed and sent': {
    steps: [type('echo a'), enter, type('more'), type(' words')],
    sent: ['echo a'],
    draft: 'more words',
  },
  'sent twice': { steps: [type('echo a'), enter, type('echo b'), enter], sent: ['echo a', 'echo b'], draft: '' },
  'composed with an input method': {
    steps: [compose('n'), compose('ni'), commit('你'), type('好')],
    sent: [],
    draft: '你好',
  },
  'composed and sent': { steps: [compose('ni'), commit('你'), enter, compose('hao')], sent: ['你'], draft: 'hao' },
  'pasted and sent': {
    steps: [paste('echo pasted'), enter, paste('again'), type('!')],
    sent: ['echo pasted'],
    draft: 'again!',
  },
  'closed and opened': { steps: [type('half'), close, open, type(' whole')], sent: [], draft: 'half whole' },
  'sent, closed and opened': { steps: [type('echo a'), enter, close, open], sent: ['echo a'], draft: '' },
}

for (const [name, { steps, sent, draft }] of Object.entries(INTERLEAVINGS)) {
  // Before each of the steps, and after all of them: five ways each, forty in all.
  for (let arrival = 0; arrival <= steps.length; arrival++) {
    test(`F97: ${name}, and the chat comes after step ${arrival}: nothing is lost and nothing is sent twice`, async ({
      page,
      context,
      api,
      visitGuest,
    }) => {
      await context.grantPermissions(['clipboard-read', 'clipboard-write'])
      const trouble = watchTrouble(page)
      const file = await holdBack(page)
      const chat = await visitGuest(LATER)
      const hands = { page, chat, cdp: await context.newCDPSession(page) }
      await chat.launcher.click()
      for (const [index, step] of steps.entries()) {
        if (index === arrival) {
          file.release()
          await arrived(chat)
        }
        await step(hands)
      }
      file.release()
      await arrived(chat)
      await expect(chat.log.locator('[part=user-message]')).toHaveText([...sent])
      await expect(chat.answers).toHaveCount(sent.length)
      await expect(chat.log).toHaveAttribute('aria-busy', 'false')
      const asked = callsTo(api, '/v3/chat')
      expect(asked.map(({ body }) => sent.filter((text) => body.includes(text)))).toEqual(sent.map((text) => [text]))
      expect(await field(page)).toMatchObject({ text: draft, focused: true })
      expect(trouble).toEqual([])
    })
  }
}

test('F97: the field of the first frame is the field of the chat, with its caret', async ({ page, visitGuest }) => {
  const file = await holdBack(page)
  const chat = await visitGuest(LATER)
  await chat.launcher.click()
  await page.keyboard.type('helo')
  await page.keyboard.press('ArrowLeft')
  await page.evaluate(() => {
    Object.assign(window, { first: document.querySelector('coze-chat')?.shadowRoot?.querySelector('textarea') })
  })
  file.release()
  await arrived(chat)
  await page.keyboard.type('l')
  expect(await field(page)).toEqual({ text: 'hello', caret: 4, focused: true })
  expect(
    await page.evaluate(
      () =>
        (window as unknown as { first: Element }).first ===
        document.querySelector('coze-chat')?.shadowRoot?.querySelector('textarea'),
    ),
  ).toBe(true)
  await page.keyboard.press('Enter')
  await expect(chat.log.locator('[part=user-message]')).toHaveText(['hello'])
})

test('F97: on a phone the tap raises no keyboard: the focus is in the chat, and not in its field', async ({
  browser,
  visitGuest,
}) => {
  const page = await (await browser.newContext(PHONE)).newPage()
  const file = await holdBack(page)
  const chat = await visitGuest({ ...LATER, head: VIEWPORT }, page)
  await expect(chat.launcher).toBeVisible()
  await page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    root?.querySelector('.launcher')?.addEventListener('click', () => {
      Object.assign(window, { inTheTap: root.activeElement?.className })
    })
  })
  await chat.launcher.tap()
  // The click comes a moment after the touch.
  const inTheTap = () => page.evaluate(() => (window as unknown as { inTheTap?: string }).inTheTap)
  await expect.poll(inTheTap).toBe('icon-button close')
  file.release()
  await arrived(chat)
  await expect(chat.composer).not.toBeFocused()
  // A button that the chat draws anew hands its focus on with the next frame.
  const focused = () => chat.widget.evaluate((element) => Boolean(element.shadowRoot?.activeElement?.closest('.panel')))
  await expect.poll(focused).toBe(true)
})

for (const [ui, tag] of [
  ['light', { preload: 'false', title: 'Shop help' }],
  ['official', { preload: 'false', title: 'Shop help', ui: 'official' }],
] as const) {
  for (const [how, leave] of [
    ['its button', async (_: Page, chat: ChatPage) => chat.widget.getByRole('button', { name: 'Close' }).tap()],
    ['Escape', (page: Page) => page.keyboard.press('Escape')],
    [
      'Back',
      async (page: Page) => {
        // Android's Back goes to the newest close watcher, as Escape does, wherever the focus is.
        await page.evaluate(() => (document.activeElement as HTMLElement).blur())
        await page.keyboard.press('Escape')
      },
    ],
  ] as const) {
    test(`F97: ${ui}: on a phone the first frame has a name, and closes by ${how} while the chat's file does not come`, async ({
      browser,
      visitGuest,
    }) => {
      const page = await (await browser.newContext(PHONE)).newPage()
      await holdBack(page)
      const chat = await visitGuest({ tag, head: VIEWPORT }, page)
      await chat.launcher.tap()
      const panel = chat.widget.getByRole('dialog', { name: 'Shop help' })
      await expect(panel.getByRole('heading')).toHaveText('Shop help')
      expect((await panel.boundingBox())?.width).toBe(360)
      await expect(chat.widget.getByRole('textbox')).toHaveCount(ui === 'light' ? 1 : 0)
      await leave(page, chat)
      await expect(panel).toBeHidden()
      await expect(chat.launcher).toBeVisible()
      await expect(chat.launcher).toHaveAttribute('aria-expanded', 'false')
    })
  }
}

test('F97: the official chat whose token service does not answer keeps name and close, and what it says stands below', async ({
  page,
  site,
  visitGuest,
}) => {
  const chat = await visitGuest({ tag: { ui: 'official', title: 'Shop help' } })
  const rule = site.rules.always('POST /api/coze/token', {
    answer: { status: 500, body: '{"error":"misconfigured"}', headers: { 'content-type': 'application/json' } },
  })
  await chat.launcher.click()
  await expect(chat.widget.getByRole('alert')).toBeVisible()
  await expect(chat.widget.getByRole('heading')).toHaveText('Shop help')
  expect(rule.hits).toBeGreaterThan(0)
  await chat.widget.getByRole('button', { name: 'Close' }).click()
  await expect(chat.widget.getByRole('heading')).toBeHidden()
  expect(page.url()).toContain('/guest-')
})

for (const [lang, retry, dir] of [
  ['de', 'Erneut versuchen', 'ltr'],
  ['ar', 'إعادة المحاولة', 'rtl'],
  ['zh-TW', '載入失敗，點擊重試', 'ltr'],
] as const) {
  test(`F97: a file that does not come is said in the page’s language (${lang}), and tried again with what was typed`, async ({
    page,
    visitGuest,
  }) => {
    const file = await holdBack(page)
    file.fail()
    const chat = await visitGuest({ tag: { preload: 'false', lang } })
    const refused = page.waitForEvent('requestfailed')
    await chat.launcher.hover()
    await refused
    await chat.launcher.click()
    await page.keyboard.type('echo kept')
    await page.keyboard.press('Enter')
    await page.keyboard.type('rest')
    const button = chat.widget.getByRole('alert').getByRole('button', { name: retry })
    await expect(button).toBeVisible()
    expect(await button.evaluate((element) => getComputedStyle(element).borderRadius)).toBe('22px')
    await expect(chat.widget.locator('.panel')).toHaveAttribute('dir', dir)
    file.release()
    await button.click()
    await arrived(chat)
    await expect(chat.log.locator('[part=user-message]')).toHaveText(['echo kept'])
    expect(await field(page)).toMatchObject({ text: 'rest', focused: true })
  })
}

test('F97: a visitor who logs out before the chat has come takes their words along, one who is destroyed leaves nothing', async ({
  page,
  api,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const file = await holdBack(page)
  const chat = await visitGuest(LATER)
  await chat.launcher.click()
  await page.keyboard.type('echo secret')
  await page.keyboard.press('Enter')
  await page.keyboard.type('draft')
  const done = page.evaluate(() => window.cozeChat?.logout())
  expect(await field(page)).toMatchObject({ text: '' })
  file.release()
  await done
  await arrived(chat)
  expect(await field(page)).toMatchObject({ text: '' })
  await chat.ask('echo after')
  expect(callsTo(api, '/v3/chat').filter(({ body }) => body.includes('secret'))).toEqual([])
  await page.evaluate(() => window.cozeChat?.destroy())
  await expect(chat.widget).toHaveCount(0)
  expect(trouble).toEqual([])
})

test('F97: destroyed while the file is on its way, nothing comes back', async ({ page, api, visitGuest }) => {
  const trouble = watchTrouble(page)
  const file = await holdBack(page)
  const chat = await visitGuest(LATER)
  await chat.launcher.click()
  await page.keyboard.type('echo gone')
  await page.keyboard.press('Enter')
  await page.evaluate(() => window.cozeChat?.destroy())
  const loaded = page.waitForResponse(CHAT_FILE)
  file.release()
  await (await loaded).finished()
  await expect(chat.widget).toHaveCount(0)
  expect(callsTo(api, '/v3/chat').filter(({ body }) => body.includes('gone'))).toEqual([])
  expect(trouble).toEqual([])
})

for (const [look, use, tag] of [
  ['desktop', { viewport: { width: 1000, height: 800 } }, { title: 'Shop help' }],
  ['a subtitle', { viewport: { width: 1000, height: 800 } }, { title: 'Shop help', subtitle: 'We answer at once' }],
  ['a phone', PHONE, { title: 'Shop help' }],
  ['a dark phone', { ...PHONE, colorScheme: 'dark' }, {}],
  ['a phone in Arabic', PHONE, { title: 'Shop help', lang: 'ar' }],
] as const) {
  test(`F97: nothing jumps when the chat takes the first frame over: ${look}`, async ({
    browser,
    site,
    visitGuest,
  }) => {
    const page = await (await browser.newContext(use)).newPage()
    const file = await holdBack(page)
    // What is known of the agent comes later still.
    site.rules.always('POST /api/coze/token', { delayMs: { headers: 60_000 } })
    const chat = await visitGuest({ tag: { preload: 'false', ...tag }, head: VIEWPORT }, page)
    await chat.launcher.click()
    await chat.composer.fill('Do you deliver?')
    await chat.composer.press('Enter')
    await chat.composer.fill('Hello')
    // What shows after a second only is not of the first frame, however long this test takes.
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet()
      sheet.replaceSync('* { animation-play-state: paused !important }')
      document.querySelector('coze-chat')?.shadowRoot?.adoptedStyleSheets.push(sheet)
    })
    const places = () =>
      page.evaluate(() => {
        const root = document.querySelector('coze-chat')?.shadowRoot
        const parts = [
          '.panel',
          '.header',
          '.avatar',
          'h2',
          '.titles p',
          '.header button:last-child',
          '.bubble',
          '.composer',
          '.row > .icon-button',
          '.field',
          'textarea',
        ]
        return parts.map((part) => {
          const element = root?.querySelector(part)
          if (!element) return `${part}: missing`
          const { x, y, width, height } = element.getBoundingClientRect()
          const { color, fontSize, fontWeight, lineHeight } = getComputedStyle(element)
          const box = [x, y, width, height].map((side) => side.toFixed(1))
          return [part, ...box, ...(/h2|textarea/.test(part) ? [color, fontSize, fontWeight, lineHeight] : [])].join(
            ' ',
          )
        })
      })
    const first = await places()
    file.release()
    await arrived(chat)
    expect(await places()).toEqual(first)
  })
}

for (const [look, use, tag] of [
  ['desktop', { viewport: { width: 1000, height: 800 } }, {}],
  ['a phone', PHONE, {}],
  ['a phone, with a way to a person', { ...PHONE, viewport: { width: 412, height: 800 } }, { handoff: 'Us | #us' }],
  ['a chat in the page', { viewport: { width: 400, height: 800 } }, { inline: '', target: '#place' }],
  ['a phone without a list', PHONE, { features: '-conversations' }],
] as const) {
  test(`a long title has all the room beside the buttons, and keeps it when the chat comes: ${look}`, async ({
    browser,
    visitGuest,
  }) => {
    const page = await (await browser.newContext(use)).newPage()
    const file = await holdBack(page)
    const title = 'Harbour Coffee, roasted in the old harbour since 1961'
    const body = '<div id="place" style="height:500px"></div>'
    const chat = await visitGuest({ tag: { preload: 'false', title, ...tag }, head: VIEWPORT, body }, page)
    if (!('inline' in tag)) await chat.launcher.click()
    const heading = chat.widget.locator('h2')
    const before = await heading.boundingBox()
    file.release()
    await chat.log.locator('.chip').first().waitFor()
    expect(await heading.boundingBox()).toEqual(before)
    // Nothing stands there that does nothing.
    await expect(chat.widget.locator('.header button:is(:disabled, [inert])')).toHaveCount(0)
  })
}

for (const [look, use, tag, buttons] of [
  ['desktop', { viewport: { width: 1000, height: 800 } }, {}, 3],
  ['a phone of 390 px', { ...PHONE, viewport: { width: 390, height: 844 } }, {}, 1],
  ['a phone in Arabic', PHONE, { lang: 'ar' }, 1],
  ['a phone on its side', { ...PHONE, viewport: { width: 844, height: 390 } }, {}, 3],
  ['desktop without files', { viewport: { width: 1000, height: 800 } }, { features: '-upload' }, 2],
] as const) {
  test(`F97: plus and field begin where the first frame had them, also when the agent listens and has shortcuts: ${look}`, async ({
    browser,
    visitGuest,
  }) => {
    const page = await (await browser.newContext(use)).newPage()
    const file = await holdBack(page)
    const chat = await visitGuest({ tag: { preload: 'false', ...tag }, head: VIEWPORT }, page)
    await chat.launcher.click()
    const places = () =>
      page.evaluate(() => {
        const row = document.querySelector('coze-chat')?.shadowRoot?.querySelector('.row')
        return [row?.querySelector('.icon-button:not(.folds)'), row?.querySelector('.field')].map((each) => {
          const { left = 0, right = 0, top = 0 } = each?.getBoundingClientRect() ?? {}
          return [row && getComputedStyle(row).direction === 'rtl' ? right : left, top]
        })
      })
    await chat.composer.waitFor()
    const before = await places()
    file.release()
    await chat.widget.locator('.microphone').waitFor({ state: 'attached' })
    await expect(chat.widget.locator('.row > .icon-button:visible')).toHaveCount(buttons)
    expect(await places()).toEqual(before)
  })
}

test('opening moves one thing at most, and nothing turns or blinks within the first second', async ({
  page,
  visitGuest,
}) => {
  await holdBack(page)
  const chat = await visitGuest(LATER)
  await chat.launcher.waitFor()
  const seen = await page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    root?.querySelector<HTMLElement>('.launcher')?.click()
    const spinner = root?.querySelector('i.wait')
    return {
      transitions: root?.getAnimations().filter((each) => each instanceof CSSTransition).length,
      spinner: spinner && getComputedStyle(spinner).visibility,
      // Each of these would have the browser draw every frame anew, a hidden element's too.
      running: root
        ?.getAnimations()
        .filter((each) => each instanceof CSSAnimation)
        .filter(({ effect }) => Number(effect?.getComputedTiming().delay) < 1_000)
        .map((each) => each.animationName),
    }
  })
  expect(seen.running).toEqual([])
  expect(seen.transitions).toBeLessThanOrEqual(1)
  expect(seen.spinner).toBe('hidden')
  await expect(chat.widget.locator('i.wait')).toBeVisible()
})
