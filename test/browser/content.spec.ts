/** What answers are made of besides words: formulas, cards, diagrams, long lines, files. */
import { expect, test, watchTrouble } from './guest-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

test('formulas are drawn by the browser, under a strict policy, and their code loads with the first of them', async ({
  page,
  api,
  visitGuest,
}) => {
  const trouble = watchTrouble(page)
  const policy = `default-src 'none'; script-src 'self'; connect-src 'self' ${api.url}; img-src 'self' data: ${api.url}; require-trusted-types-for 'script'; trusted-types coze-chat-widget`
  const files: string[] = []
  page.on('request', (request) => files.push(request.url()))
  const loaded = () => files.filter((url) => /\/math-[\w-]+\.js/.test(url)).length
  const chat = await visitGuest({ head: `<meta http-equiv="content-security-policy" content="${policy}">` })
  await chat.launcher.click()
  await chat.ask('/markdown')
  await chat.ask('It costs $5 or $6')
  expect(loaded()).toBe(0)
  await chat.ask('/math')
  await expect(chat.log.locator('math')).toHaveCount(4)
  expect(loaded()).toBe(1)
  const display = chat.log.locator('div.md-math math')
  await expect(display).toHaveAttribute('display', 'block')
  expect((await display.locator('mfrac').boundingBox())?.height).toBeGreaterThan(20)
  // Its own words can still be copied as they were written.
  await expect(chat.answers.last().locator('.md-math').first()).not.toContainText('$')
  expect(trouble).toEqual([])
})

test('a card is a box, and what leads on from it looks like a button', async ({ visitGuest }) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('/card')
  const card = chat.log.locator('.card .md-body')
  expect(await card.evaluate((box) => getComputedStyle(box).borderTopWidth)).toBe('1px')
  const link = card.getByRole('link', { name: 'Add to cart' })
  const [box, around] = [await link.boundingBox(), await card.boundingBox()]
  expect(box?.height).toBeGreaterThanOrEqual(36)
  expect(box?.width).toBeGreaterThan((around?.width ?? 0) - 40)
  // What would be said in the visitor's name is offered as a suggestion.
  await expect(chat.log.getByRole('button', { name: 'How do I brew it?' })).toBeVisible()
})

test('a diagram is shown as its source, and says so', async ({ visitGuest }) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  await chat.ask('/math')
  await expect(chat.log.locator('.md-code-bar')).toContainText('This diagram is shown as its source.')
  await expect(chat.log.locator('.md-code code')).toHaveText('graph LR; Grind-->Pour-->Drip')
})

test('a long file name is shortened in its middle', async ({ page, visitGuest }) => {
  const chat = await visitGuest()
  await chat.launcher.click()
  await expect(chat.composer).toBeEnabled()
  const name = `${'quarterly-report-of-the-northern-branch-'.repeat(3)}final.pdf`
  await page
    .locator('coze-chat input[type=file]')
    .setInputFiles({ name, mimeType: 'application/pdf', buffer: Buffer.from('x') })
  await expect(chat.widget.getByRole('button', { name: `Remove ${name}` })).toBeVisible()
  const [stem, ending] = await chat.widget.locator('.tray .file-name > *').all()
  await expect(ending ?? chat.widget).toHaveText('inal.pdf')
  expect(await stem?.evaluate((box) => box.scrollWidth > box.clientWidth)).toBe(true)
  const edges = await chat.widget.locator('.tray li').evaluate((item) => {
    const end = item.querySelector('.file-name > :last-child')?.getBoundingClientRect().right ?? 0
    return { end, edge: item.getBoundingClientRect().right }
  })
  expect(edges.end).toBeLessThan(edges.edge)
})

test.describe('T45: an answer', () => {
  const head = (greeting: string) => `<script>window.cozeChatOptions = ${JSON.stringify({ greeting })}</script>`

  test('does not turn the address of a link by what stands before it', async ({ visitGuest }) => {
    const chat = await visitGuest({ head: head('See \u202ehttps://evil.example/moc.knab//:sptth and `more`') })
    await chat.launcher.click()
    const link = chat.log.getByRole('link')
    await expect(link).toHaveAttribute('href', 'https://evil.example/moc.knab//:sptth')
    const [first = 0, last = 0] = await link.evaluate(({ firstChild }) =>
      [0, 20].map((at) => {
        const letter = new Range()
        letter.setStart(firstChild as Text, at)
        letter.setEnd(firstChild as Text, at + 1)
        return letter.getBoundingClientRect().left
      }),
    )
    expect(first).toBeLessThan(last)
  })

  test('lays no link over other messages, also where a browser knows no content-visibility', async ({
    page,
    api,
    visitGuest,
  }) => {
    const answer = {
      ...{ id: '9001', conversation_id: '8001', chat_id: '7001', role: 'assistant', type: 'answer' },
      ...{ content_type: 'text', content: '[$\\smash{\\rule{20em}{39em}}$](https://evil.example/)' },
    }
    const events = ['message.completed', 'chat.completed'].map(
      (name) => `event:conversation.${name}\ndata:${JSON.stringify(answer)}\n\n`,
    )
    await page.route(`${api.url}/v3/chat*`, (route) =>
      route.request().method() === 'OPTIONS'
        ? route.fallback()
        : route.fulfill({
            headers: { 'content-type': 'text/event-stream', 'access-control-allow-origin': '*' },
            body: events.join(''),
          }),
    )
    const chat = await visitGuest({ tag: { lang: 'en' } })
    await chat.launcher.click()
    await chat.ask('A question that is as long as the bubble around it may be, and a little longer still')
    await expect(chat.log.locator('math')).toHaveCount(1)
    await page.locator('coze-chat').evaluate(({ shadowRoot }) => {
      const older = document.createElement('style')
      older.textContent = '.message { content-visibility: visible !important }'
      shadowRoot?.append(older)
    })
    const linked = await chat.log.locator('[part=user-message]').evaluate((question) => {
      const root = question.getRootNode() as ShadowRoot
      const { left, top, width, height } = question.getBoundingClientRect()
      const across = Array.from({ length: 20 }, (_, step) => left + (width * step) / 20)
      return across.some((x) => root.elementFromPoint(x, top + height / 2)?.closest('a') != null)
    })
    expect(linked).toBe(false)
  })
})
