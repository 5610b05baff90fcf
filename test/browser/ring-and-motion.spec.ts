/** Whether one sees where the focus is, reads what stands on the accent, and is spared motion. */
import { ACCENTS } from './accents.ts'
import { chatOn, expect, test } from './demo-fixture.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

for (const colorScheme of ['light', 'dark'] as const) {
  test(`F111: with every accent the focus ring has 3:1 or more, and the better of black and white stands on it (${colorScheme})`, async ({
    browser,
    demo,
  }) => {
    const page = await browser.newPage({ colorScheme })
    const chat = chatOn(page, demo)
    await chat.open()
    await chat.ask('Hello')
    const measured = await page.evaluate((accents) => {
      const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
      const luminance = (color: string) => {
        if (!canvas) throw new Error('no canvas')
        canvas.fillStyle = color
        canvas.fillRect(0, 0, 1, 1)
        const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((byte) => {
          const part = byte / 255
          return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
        })
        return 0.2126 * r + 0.7152 * g + 0.0722 * b
      }
      const contrast = (one: string, other: string) => {
        const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
        return (high + 0.05) / (low + 0.05)
      }
      const root = document.querySelector('coze-chat')?.shadowRoot
      const find = (selector: string) => {
        const found = root?.querySelector<HTMLElement>(selector)
        if (!found) throw new Error(selector)
        return found
      }
      return accents.map((accent) => {
        window.cozeChat?.setOptions({ accent })
        const surface = getComputedStyle(find('.panel')).backgroundColor
        const probe = find('.header button')
        probe.focus()
        const ring = contrast(getComputedStyle(probe).outlineColor, surface)
        const launcher = find('.launcher')
        const { outlineColor, boxShadow } = getComputedStyle(launcher)
        launcher.focus()
        const shown = getComputedStyle(launcher)
        const halo = /^(.+?\))/.exec(shown.boxShadow)?.[1] ?? boxShadow
        const onAccent = (selector: string) => {
          const { color, backgroundColor } = getComputedStyle(find(selector))
          const best = Math.max(contrast('#fff', backgroundColor), contrast('#000', backgroundColor))
          return contrast(color, backgroundColor) / best
        }
        return {
          accent,
          ring,
          rings: contrast(shown.outlineColor || outlineColor, halo),
          onLauncher: onAccent('.launcher'),
          onBubble: onAccent('.bubble'),
        }
      })
    }, ACCENTS)
    for (const { accent, ring, rings, onLauncher, onBubble } of measured) {
      expect({
        accent,
        ring: ring >= 3,
        rings: rings >= 3,
        onLauncher: onLauncher > 0.995,
        onBubble: onBubble > 0.995,
      }).toEqual({ accent, ring: true, rings: true, onLauncher: true, onBubble: true })
    }
    await page.close()
  })
}

test('F111: with reduced motion nothing of the chat is animated, whatever is open', async ({ browser, demo }) => {
  const page = await browser.newPage({ reducedMotion: 'reduce' })
  const chat = chatOn(page, demo)
  const running = () =>
    page.evaluate(() => {
      const root = document.querySelector('coze-chat')?.shadowRoot
      return (root?.getAnimations() ?? [])
        .filter((animation) => Number(animation.effect?.getComputedTiming().duration) > 0)
        .map((animation) => (animation as CSSAnimation).animationName ?? 'transition')
    })
  await page.goto(demo.url)
  await chat.launcher.click()
  expect(await running()).toEqual([])
  await chat.composer.waitFor()
  await chat.composer.fill('/slow 2')
  await chat.composer.press('Enter')
  await chat.log.locator('.typing').waitFor()
  expect(await running()).toEqual([])
  await chat.widget.getByRole('button', { name: 'Conversations' }).click()
  await chat.widget.locator('.drawer').waitFor()
  expect(await running()).toEqual([])
  const moving = await page.evaluate(() =>
    [...(document.querySelector('coze-chat')?.shadowRoot?.querySelectorAll('*') ?? [])].flatMap((element) =>
      [null, '::before', '::after'].flatMap((pseudo) => {
        const { animationName, transitionDuration } = getComputedStyle(element, pseudo)
        return animationName === 'none' && /^0s/.test(transitionDuration) ? [] : `${element.className}${pseudo ?? ''}`
      }),
    ),
  )
  expect(moving).toEqual([])
  await page.close()
})

test('F111: with forced colours the panel, its buttons and its messages have borders', async ({ browser, demo }) => {
  const page = await browser.newPage({ forcedColors: 'active' })
  const chat = chatOn(page, demo)
  await chat.open()
  await chat.ask('Hello')
  const borders = await page.evaluate(() =>
    ['.frame', '.launcher', '.bubble', '.composer', '.round'].map((selector) => {
      const found = document.querySelector('coze-chat')?.shadowRoot?.querySelector(selector)
      return [selector, found ? Number.parseFloat(getComputedStyle(found).borderTopWidth) > 0 : undefined]
    }),
  )
  expect(borders).toEqual([
    ['.frame', true],
    ['.launcher', true],
    ['.bubble', true],
    ['.composer', true],
    ['.round', true],
  ])
  await page.close()
})
