/** Every state of the chat (`states/`), as far as a machine can tell: WCAG 2.2 by axe, words that are cut, motion, forced colours. */
import { cutOff, moving, ownColours, rememberBoxes, sideways, unseenBoxes, withTextSpacing } from './appearance.ts'
import { violationsOn } from './axe.ts'
import { expect, test } from './guest-fixture.ts'
import { WITH_MICROPHONE } from './headless-shell.ts'
import { scenes } from './states/all.ts'
import { type Look, looks, play } from './states.ts'

// Answers at once: what is looked at is how they look.
test.use({ demoOptions: { tokenTtlSeconds: 60, knobs: { pieceDelayMs: 0 } }, launchOptions: WITH_MICROPHONE })

/** What axe looks at again when the colours alone have changed. */
const OF_COLOURS = ['color-contrast']

/** Everything is looked at in a wide window, and once more where most is different: narrow, for fingers, from right to left, still. */
const searched: Readonly<Record<string, Look | undefined>> = {
  desktop: looks['desktop'],
  'small phone, right to left, without motion': looks['small-phone'] && {
    ...looks['small-phone'],
    lang: 'ar',
    context: { ...looks['small-phone'].context, reducedMotion: 'reduce' },
  },
}

for (const [name, look] of Object.entries(searched)) {
  if (!look) continue
  for (const [sceneName, scene] of Object.entries(scenes)) {
    test(`F111: axe finds nothing, nothing is cut or moves, and every box is seen: ${name}, ${sceneName}`, async ({
      browser,
      site,
      api,
      visitGuest,
    }) => {
      await play({ browser, site, api, visit: visitGuest }, look, scene, async (state, colours, page) => {
        const wrong =
          colours === 'forced'
            ? { unseen: await unseenBoxes(page), ownColours: await ownColours(page) }
            : {
                // The pages around it are looked at above.
                violations: await violationsOn(page, 'coze-chat', colours === look.colours[0] ? undefined : OF_COLOURS),
                cut: await cutOff(page),
                sideways: await sideways(page),
                moving: look.context.reducedMotion ? await moving(page) : [],
                // WCAG 1.4.12, where there is least room.
                ...(look.context.reducedMotion &&
                  (await withTextSpacing(page, async () => ({
                    cutWhenSpaced: await cutOff(page),
                    sidewaysWhenSpaced: await sideways(page),
                  })))),
              }
        await rememberBoxes(page)
        expect
          .soft(wrong, `${state}, ${colours}`)
          .toEqual(Object.fromEntries(Object.keys(wrong).map((key) => [key, []])))
      })
    })
  }
}
