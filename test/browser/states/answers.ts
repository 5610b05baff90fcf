/** What an answer can hold, and how it comes. */
import { expect } from '@playwright/test'
import type { Scene, Stage } from '../states.ts'

/** Sends without waiting for the answer. */
export async function say({ chat }: Stage, words: string): Promise<void> {
  await chat.composer.fill(words)
  await chat.composer.press('Enter')
}

/** The answer stands where its reader begins. */
export async function answered(stage: Stage, words: string): Promise<void> {
  await stage.chat.ask(words)
  await stage.page.waitForLoadState('networkidle')
}

export const answers: Readonly<Record<string, Scene>> = {
  'first screen': {
    states: {
      'first screen': ({ chat }) => chat.log.locator('.chip').first().waitFor(),
      'an answer': (stage) => answered(stage, 'Hello'),
      'a second question': (stage) => answered(stage, 'Which beans do you recommend for a pour-over?'),
    },
  },
  content: {
    states: {
      markdown: (stage) => answered(stage, '/markdown'),
      table: (stage) => answered(stage, '/table'),
      code: (stage) => answered(stage, '/code'),
      async formulas(stage) {
        await answered(stage, '/math')
        // Until the file of formulas has come they are read as they were written.
        await expect(stage.chat.widget.locator('div.md-math.md-drawn')).toBeVisible()
      },
      card: (stage) => answered(stage, '/card'),
      'picture that waits': (stage) => answered(stage, '/image foreign'),
      'spoken answer': (stage) => answered(stage, '/voice'),
    },
  },
  pictures: {
    owner: (origin) => ({ tag: { 'image-hosts': new URL(origin).host } }),
    prepare: async ({ site }) =>
      site.rules.always('GET /drawing.svg', {
        answer: {
          status: 200,
          headers: { 'content-type': 'image/svg+xml' },
          body: '<svg xmlns="http://www.w3.org/2000/svg" width="1600" height="900"><rect width="1600" height="900" fill="teal"/><circle cx="800" cy="450" r="300" fill="orange"/></svg>',
        },
      }),
    states: {
      picture: async (stage) => {
        await answered(stage, `echo ![A cup](${stage.site.url}/drawing.svg)`)
        await stage.chat.log.locator('.md-zoom img').waitFor()
      },
      lightbox: async ({ chat }) => {
        await chat.log.locator('.md-zoom').click()
        await chat.widget.locator('dialog img').waitFor()
      },
    },
  },
  'what came before the answer': {
    owner: () => ({ tag: { steps: 'full' } }),
    states: {
      'thoughts, folded': (stage) => answered(stage, '/think'),
      sources: async (stage) => {
        await answered(stage, 'When do you open?')
        await stage.chat.log.locator('.sources').waitFor()
      },
      'thoughts and steps, open': async (stage) => {
        await answered(stage, '/tool')
        for (const fold of await stage.chat.log.locator('summary').all()) await fold.click()
      },
    },
  },
  'an answer that is long': {
    states: {
      'long answer': async (stage) => {
        await answered(stage, 'Hello')
        await answered(stage, '/long 4000')
      },
      'scrolled up': async ({ chat }) => {
        await chat.log.locator('.jump').or(chat.widget.locator('.jump')).first().waitFor()
      },
    },
  },
  'an answer on its way': {
    states: {
      waiting: async (stage) => {
        await answered(stage, 'Hello')
        await say(stage, '/slow 20')
        await stage.chat.log.locator('.typing').waitFor()
      },
      'waiting, with a question behind it': async (stage) => {
        await say(stage, 'And tomorrow?')
        await stage.chat.log.locator('.user .footnote').waitFor()
      },
      stopped: async ({ chat }) => {
        await chat.widget.locator('.stop').click()
        await expect(chat.log).toHaveAttribute('aria-busy', 'false')
      },
    },
  },
  failures: {
    owner: () => ({ tag: { handoff: 'Talk to us | mailto:help@shop.example', subtitle: 'We answer at once' } }),
    states: {
      'handoff in the header': ({ chat }) => chat.widget.locator('.header .handoff').waitFor(),
      'no answer': async (stage) => {
        await say(stage, '/error 4013')
        await stage.chat.log.locator('.problem').first().waitFor()
      },
      'quota used up': async (stage) => {
        await say(stage, '/error 4008')
        await stage.chat.log.locator('.problem .handoff').waitFor()
      },
      'failed within': async (stage) => {
        await say(stage, '/error 5000 late')
        await stage.chat.log.locator('.assistant .problem').waitFor()
      },
    },
  },
}
