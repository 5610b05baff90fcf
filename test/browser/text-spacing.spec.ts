/** WCAG 1.4.12: whoever sets letters, words and lines further apart loses nothing of it. */
import { cutOff, sideways } from './appearance.ts'
import { expect, test } from './guest-fixture.ts'
import { WITH_MICROPHONE } from './headless-shell.ts'
import { scenes } from './states/all.ts'
import { looks, play } from './states.ts'

test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } }, launchOptions: WITH_MICROPHONE })

/** The least that a page has to bear, from the criterion. */
const SPACED =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }'

const look = looks['small-phone']
if (look) {
  for (const [name, scene] of Object.entries(scenes)) {
    test(`with letters, words and lines apart nothing is cut or has to be pushed: ${name}`, async ({
      browser,
      site,
      api,
      visitGuest,
    }) => {
      await play({ browser, site, api, visit: visitGuest }, look, scene, async (state, colours, page) => {
        if (colours !== 'light') return
        const style = await page.evaluateHandle((css) => {
          const added = document.createElement('style')
          added.textContent = css
          document.querySelector('coze-chat')?.shadowRoot?.append(added)
          return added
        }, SPACED)
        const wrong = { cut: await cutOff(page), sideways: await sideways(page) }
        await style.evaluate((added) => added.remove())
        expect.soft(wrong, state).toEqual({ cut: [], sideways: [] })
      })
    })
  }
}
