/** The pages of the demo, as somebody meets them who wants to know what the widget does. */
import type { Page } from '@playwright/test'
import { OPTIONS, type OptionName, type OptionRow } from '../../src/options/option-table.ts'
import { expect, test } from './demo-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } }, locale: 'zh-CN' })

const HAN = /\p{Script=Han}/u

/** Words and controls of the page that lie under the open window. */
const hidden = (page: Page) =>
  page.evaluate(() => {
    const frame = document.querySelector('coze-chat')?.shadowRoot?.querySelector('.frame')?.getBoundingClientRect()
    if (!frame) throw new Error('There is no window.')
    const ofChat = 'coze-chat, [class^=coze-replica]'
    /** Of two boxes, one of which may clip the other. */
    const under = (box: DOMRect, clip: DOMRect = box) =>
      Math.max(box.left, clip.left) < Math.min(box.right, clip.right, frame.right) &&
      Math.min(box.right, clip.right) > frame.left &&
      box.top < frame.bottom &&
      box.bottom > frame.top
    const found: string[] = []
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let node = words.nextNode(); node; node = words.nextNode()) {
      const { parentElement: parent } = node
      if (!node.nodeValue?.trim() || !parent || parent.closest(`script, pre, [hidden], ${ofChat}`)) continue
      const range = document.createRange()
      range.selectNodeContents(node)
      const clip = parent.getBoundingClientRect()
      if ([...range.getClientRects()].some((box) => under(box, clip))) found.push(node.nodeValue.trim())
    }
    // What a box scrolls is seen in the box.
    for (const box of document.querySelectorAll('pre, input, select, button')) {
      if (!box.closest(ofChat) && under(box.getBoundingClientRect())) found.push(box.outerHTML.slice(0, 80))
    }
    return found
  })

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 1024, height: 700 },
]) {
  for (const path of ['/', '/shop', '/official', '/csp', '/playground']) {
    test(`${path} at ${viewport.width} by ${viewport.height}: the open chat covers nothing of the page`, async ({
      page,
      demo,
    }) => {
      await page.setViewportSize(viewport)
      await page.goto(`${demo.url}${path}?lang=en`)
      await page.locator('coze-chat [part=launcher]').click()
      // Session and token are on the page, in the line that one is asked to watch.
      await expect(page.locator('[data-watch=token]')).toHaveText(/\d+ s/)
      expect(await hidden(page)).toEqual([])
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      expect(await hidden(page)).toEqual([])
      await page.evaluate(() => window.cozeChat?.close())
      await expect(page.locator('body')).toHaveCSS('padding-right', '0px')
    })
  }
}

test('a chat on the left has its room on the left', async ({ page, demo }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(`${demo.url}/playground?lang=en`)
  await page.locator('coze-chat [part=launcher]').click()
  await page.getByLabel('position').selectOption('bottom-left')
  await expect(page.locator('body')).toHaveCSS('padding-left', '420px')
  await expect(page.locator('body')).toHaveCSS('padding-right', '0px')
  expect(await hidden(page)).toEqual([])
})

test('the English pages stay English for a browser that speaks Chinese, and so does their agent', async ({
  page,
  demo,
}) => {
  const chat = page.locator('coze-chat')
  await page.goto(`${demo.url}/?lang=en`)
  for (const name of ['Script tag', 'Logged-in shop', 'Chat SDK', 'Strict CSP', 'Playground', 'Inline']) {
    await page.getByRole('link', { name, exact: true }).click()
    await expect(page.locator('html')).toHaveAttribute('lang', 'en')
    if (name !== 'Inline') await chat.locator('[part=launcher]').click()
    const composer = chat.getByRole('textbox').first()
    await composer.fill('/help')
    await composer.press('Enter')
    await expect(chat).toContainText('Try one of these')
    await expect(chat).toContainText('/expire')
    const shown = await page.evaluate(() => {
      const root = document.querySelector('coze-chat')?.shadowRoot
      return `${document.title} ${document.body.textContent} ${root?.querySelector('.frame')?.textContent}`
    })
    expect(shown.match(HAN), name).toBeNull()
  }
})

test('the conversation that the page asks for is understood', async ({ page, chat }) => {
  await chat.open('/?lang=en')
  const [say = '', ask = ''] = await page.locator('main ol li').first().locator('strong').allInnerTexts()
  await chat.ask(say)
  await chat.ask(ask)
  await expect(chat.answers.last()).toContainText('Your name is Jane, and you are 25 years old.')
  await chat.ask('I am Rosa and I am 31')
  await chat.ask(ask)
  await expect(chat.answers.last()).toContainText('Your name is Rosa, and you are 31 years old.')
})

/** What `/help` names on a page. */
async function commandsOn(page: Page, url: string): Promise<string[]> {
  await page.goto(url)
  const chat = page.locator('coze-chat')
  await chat.locator('[part=launcher]').click()
  const composer = chat.getByRole('textbox').first()
  await composer.fill('/help')
  await composer.press('Enter')
  await expect(chat).toContainText('/expire')
  // Coze's own chat is beside the shadow root and not in it.
  const shown = await chat.evaluate((element) => `${element.textContent} ${element.shadowRoot?.textContent}`)
  return [...shown.matchAll(/\/(voice|tool local|math|card|tool)\b/g)].map(([, name = '']) => name)
}

for (const [path, has, lacks] of [
  ['/', ['voice', 'math', 'card', 'tool'], ['tool local']],
  ['/shop', ['voice', 'tool local', 'card'], []],
  ['/csp', ['math', 'card', 'tool'], ['voice', 'tool local']],
  ['/official', ['tool'], ['voice', 'math', 'card', 'tool local']],
] as const) {
  test(`/help on ${path} names ${has.join(', ')}, and not ${lacks.join(', ') || 'less'}`, async ({ page, demo }) => {
    const named = await commandsOn(page, `${demo.url}${path}?lang=en`)
    expect(named).toEqual(expect.arrayContaining([...has]))
    for (const name of lacks) expect(named).not.toContain(name)
  })
}

test('the agent looks into the cart of the shop', async ({ chat }) => {
  await chat.open('/shop?lang=en')
  await chat.ask('/tool local')
  await expect(chat.answers.last()).toContainText('Kenya AA')
})

/** A value that the option takes and that is not its default; undefined for a box. */
function sampleOf(name: string, { type, values, default: standard }: OptionRow): string | undefined {
  if (type === 'flag' || type === 'code' || type === 'switches') return undefined
  if (values) return values.find((value) => value !== standard && value !== 'light') ?? ''
  if (type === 'number' || type === 'id') return '17'
  return { accent: '#336699', radius: '8', font: 'Georgia, serif', launcherSize: '72', lang: 'de' }[name] ?? 'Sample'
}

test('the snippet of the playground says nothing that nobody has changed, and each heading stands once', async ({
  page,
  demo,
}) => {
  await page.goto(`${demo.url}/playground?lang=en`)
  const tag = await page
    .locator('script[data-bot-id]')
    .evaluate((script) => Object.keys({ ...(script as HTMLElement).dataset }))
  const snippet = page.locator('#snippet')
  await expect(snippet).toContainText('data-bot-id')
  const written = [...((await snippet.textContent()) ?? '').matchAll(/ data-([a-z-]+)="/g)].map(([, name = '']) =>
    name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
  )
  expect(written.sort()).toEqual(tag.sort())
  const headings = await page.locator('form.options h2').allTextContents()
  expect(headings).toEqual([...new Set(headings)])
  for (const name of ['radius', 'launcherSize']) {
    await expect(page.locator(`[name=${name}] option`).first()).toHaveText('default')
  }
  await page.locator('form.options [name=hours]').check()
  await expect(snippet).toContainText('mon: "09:00-18:00"')
})

test('the playground offers every option of the table, and writes each into the snippet', async ({ page, demo }) => {
  const refused: string[] = []
  page.on('console', (one) => one.text().includes('invalid_options') && refused.push(one.text()))
  await page.goto(`${demo.url}/playground?lang=en`)
  await page.locator('coze-chat [part=launcher]').click()
  await page.locator('coze-chat').getByRole('textbox').waitFor()
  const form = page.locator('form.options:not(.styles)')
  const snippet = page.locator('#snippet')
  const names = Object.keys(OPTIONS) as OptionName[]
  const offered = await form
    .locator('[name]')
    .evaluateAll((fields) => [...new Set(fields.map((field) => field.getAttribute('name')))])
  expect(offered.sort()).toEqual([...names].sort())
  for (const name of names) {
    const row: OptionRow = OPTIONS[name]
    const field = form.locator(`[name="${name}"]`).first()
    const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const sample = sampleOf(name, row)
    if (sample === undefined) await field.click()
    else if (await field.evaluate((element) => element instanceof HTMLSelectElement)) {
      const choices = await field
        .locator('option')
        .evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value))
      await field.selectOption(choices.includes(sample) ? sample : (choices.at(-1) ?? ''))
    } else await field.fill(sample)
    await expect(snippet, name).toContainText(row.type === 'code' ? `${name}: ` : `data-${kebab}="`)
  }
  expect(refused).toEqual([])
})

for (const [lang, words, comment] of [
  ['en', 'The snippet leads to the simulated Coze', 'is the simulated Coze of this page'],
  ['zh-CN', '代码指向本页的模拟扣子', '是本页的模拟扣子'],
] as const) {
  test(`the snippet warns of the simulator's address as long as it names it (${lang})`, async ({ page, demo }) => {
    await page.goto(`${demo.url}/playground?lang=${lang}`)
    const snippet = page.locator('#snippet')
    const warning = page.locator('#warning')
    await expect(snippet).toContainText(`<!-- ${demo.simulator.url} ${comment}`)
    await expect(warning).toBeVisible()
    await expect(warning).toContainText(words)
    await page.locator('[name=apiBase]').fill('')
    await expect(warning).toBeHidden()
    await expect(snippet).not.toContainText('<!--')
    await expect(snippet).not.toContainText('data-api-base')
  })
}
