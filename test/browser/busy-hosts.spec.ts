/** Pages that listen for everything: smooth scrolling, shortcuts of single keys, focus traps. */
import { expect, test } from './guest-fixture.ts'
import { holdBack } from './hold-back.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

test('F101: on a page that captures the wheel and knows single-key shortcuts, the chat scrolls and every letter arrives', async ({
  page,
  visitGuest,
}) => {
  const chat = await visitGuest({
    body: `<div style="height:3000px"></div><script>
      addEventListener('wheel', (event) => event.preventDefault(), { capture: true, passive: false })
      document.addEventListener('wheel', () => { window.wheels = (window.wheels ?? 0) + 1 })
      document.addEventListener('keydown', (event) => {
        if (/INPUT|TEXTAREA/.test(event.target.tagName)) return
        window.keys = (window.keys ?? '') + event.key
        if (event.key === 's') event.preventDefault()
      })
    </script>`,
  })
  await chat.launcher.click()
  await chat.composer.pressSequentially('yes sir')
  await expect(chat.composer).toHaveValue('yes sir')
  await chat.composer.fill('/markdown')
  await chat.composer.press('Enter')
  await expect(chat.answers).toHaveCount(1)
  await expect(chat.log).toHaveAttribute('aria-busy', 'false')
  const top = () => chat.log.evaluate((log) => log.scrollTop)
  await chat.log.hover()
  const before = await top()
  await page.mouse.wheel(0, -200)
  await expect.poll(top).toBeLessThan(before)
  expect(
    await page.evaluate(() => [(window as { wheels?: number }).wheels, (window as { keys?: string }).keys]),
  ).toEqual([undefined, undefined])
  await expect(chat.widget).toHaveAttribute('data-lenis-prevent', '')
  await page.evaluate(() => window.cozeChat?.destroy())
  await expect(chat.widget).toHaveCount(0)
})

const TRAP = `<div id="trap"><input id="theirs"></div><script>
  document.addEventListener('focusin', (event) => {
    if (!document.getElementById('trap').contains(event.target)) document.getElementById('theirs').focus()
  })
</script>`
const SHORTCUTS = `<script>
  document.addEventListener('keydown', (event) => {
    if (event.target.tagName !== 'TEXTAREA' && event.key === 's') event.preventDefault()
  })
</script>`

test('F101 F107: neither shortcuts of single keys nor a focus trap take what is typed before the chat has come', async ({
  page,
  visitGuest,
}) => {
  const letGo = await holdBack(page)
  const chat = await visitGuest({ tag: { preload: 'false' }, body: TRAP + SHORTCUTS })
  await chat.launcher.click()
  await page.keyboard.type('yes sir')
  await expect(chat.composer).toHaveValue('yes sir')
  letGo()
  await expect(chat.log).toBeVisible()
  await page.keyboard.type('s')
  await expect(chat.composer).toHaveValue('yes sirs')
})

test("F107: a page's focus trap does not take the typing", async ({ visitGuest }) => {
  const chat = await visitGuest({ body: TRAP })
  await chat.launcher.click()
  await chat.composer.waitFor()
  await chat.composer.focus()
  await chat.composer.pressSequentially('mine')
  await expect(chat.composer).toHaveValue('mine')
})
