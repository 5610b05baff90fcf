/** `npm run screenshots`: every state of the chat as a picture in `screenshots/`, to be looked at. Nothing is compared: a person judges. */
import { test } from './demo-fixture.ts'
import { enterState, looks, states } from './states.ts'

for (const [name, look] of Object.entries(looks)) {
  for (const state of Object.keys(states)) {
    test(`${name} ${state} @screenshots`, async ({ browser, demo }) => {
      const page = await enterState(browser, demo, look, state)
      await page.screenshot({ path: `screenshots/${name}-${state}.png` })
      await page.context().close()
    })
  }
}
