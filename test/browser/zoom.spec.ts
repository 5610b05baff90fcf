/** A window of 1,280 by 860 pixels as browsers enlarge it: what was said last can be read, and one can answer it. */
import { sideways } from './appearance.ts'
import { expect, test } from './guest-fixture.ts'
import { motionEnded } from './states.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } } })

for (const zoom of [2, 4]) {
  test.describe(`at ${100 * zoom} %`, () => {
    const window = { width: 1280 / zoom, height: 860 / zoom }
    test.use({ viewport: window, deviceScaleFactor: zoom })

    test('the answer shows beside the field, a long draft and the files of a draft included', async ({
      page,
      visitGuest,
    }) => {
      const chat = await visitGuest({
        tag: { preload: 'false', subtitle: 'We answer at once', disclaimer: 'Answers are made by AI.' },
      })
      await chat.launcher.click()
      await chat.ask('/markdown')
      const transcript = chat.widget.locator('.transcript')
      const footer = chat.widget.locator('.footer')

      /** Lines of text between header and footer, and whether the footer is in the window as a whole. */
      const look = async () => {
        await motionEnded(page)
        const room = await transcript.boundingBox()
        const below = await footer.boundingBox()
        expect((below?.y ?? 0) + (below?.height ?? 0)).toBeLessThanOrEqual(window.height + 1)
        expect(await sideways(page)).toEqual([])
        return Math.floor((room?.height ?? 0) / 24)
      }

      expect(await look()).toBeGreaterThanOrEqual(3)
      await expect(chat.composer).toBeInViewport({ ratio: 1 })
      await chat.composer.fill('A question that goes on and on, over many lines. '.repeat(20))
      expect(await look(), 'with a long draft').toBeGreaterThanOrEqual(2)
      await expect(chat.widget.getByRole('button', { name: 'Send', exact: true })).toBeInViewport({ ratio: 1 })
      await chat.composer.fill('What is in it?')
      await chat.widget
        .locator('input[type=file]')
        .setInputFiles({ name: 'report.pdf', mimeType: 'application/pdf', buffer: Buffer.from('x') })
      await chat.widget.locator('.tray li').waitFor()
      expect(await look(), 'with a file').toBeGreaterThanOrEqual(1)
      await expect(chat.composer).toBeInViewport({ ratio: 1 })
    })
  })
}
