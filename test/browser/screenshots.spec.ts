/** `npm run screenshots`: every state of the chat as a picture in `screenshots/`, to be looked at. Nothing is compared: a person judges. */
import { test } from './guest-fixture.ts'
import { WITH_MICROPHONE } from './headless-shell.ts'
import { scenes } from './states/all.ts'
import { looks, play } from './states.ts'

test.use({
  demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } },
  launchOptions: WITH_MICROPHONE,
})

for (const [lookName, look] of Object.entries(looks)) {
  for (const [sceneName, scene] of Object.entries(scenes)) {
    test(`${lookName}: ${sceneName} @screenshots`, async ({ browser, site, api, visitGuest }) => {
      await play({ browser, site, api, visit: visitGuest }, look, scene, async (state, colours, page) => {
        await page.screenshot({ path: `screenshots/${lookName}-${colours}/${state.replaceAll(/\W+/g, '-')}.png` })
      })
    })
  }
}
