/** What opens from the buttons of header, composer and messages. */
import { expect } from '@playwright/test'
import type { Scene, Stage } from '../states.ts'
import { answered, say } from './answers.ts'

const MENU_BUTTON = '.header button[aria-haspopup=menu]'

async function openMenu({ chat }: Stage): Promise<void> {
  await chat.widget.locator(MENU_BUTTON).click()
  await chat.widget.getByRole('menu').waitFor()
}

/** After the menu. */
async function openConversations({ chat }: Stage): Promise<void> {
  await chat.widget.locator(`${MENU_BUTTON} + button`).click()
  await chat.widget.locator('.drawer .open').first().waitFor()
}

const file = (name: string, mimeType: string, bytes: number | string) => ({
  name,
  mimeType,
  buffer: typeof bytes === 'number' ? Buffer.alloc(bytes) : Buffer.from(bytes),
})

const PICTURE = file(
  'cup of coffee.svg',
  'image/svg+xml',
  '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="200" height="200" fill="teal"/></svg>',
)
const REPORT = file(`${'quarterly-report-of-the-northern-branch-'.repeat(2)}final.pdf`, 'application/pdf', 'x')

export const tools: Readonly<Record<string, Scene>> = {
  menus: {
    owner: () => ({ tag: { notify: 'both' } }),
    states: {
      menu: async (stage) => {
        await answered(stage, 'Hello')
        await openMenu(stage)
      },
      'delete?': async ({ chat }) => {
        await chat.widget.getByRole('menuitem').last().click()
        await chat.widget.getByRole('alertdialog').waitFor()
      },
      'new topic': async (stage) => {
        await stage.page.keyboard.press('Escape')
        await openMenu(stage)
        await stage.chat.widget.getByRole('menuitem').nth(-3).click()
        await stage.chat.log.locator('.divider .text-button').waitFor()
      },
      'large window': async ({ chat }) => {
        // A chat that fills the screen has no such button.
        const enlarge = chat.widget.locator('[data-layout=floating] .header button:nth-last-child(2 of button)')
        if (await enlarge.isVisible()) await enlarge.click()
      },
    },
  },
  messages: {
    owner: () => ({ tag: { handoff: 'Talk to us | mailto:help@shop.example' } }),
    states: {
      'older answer under the pointer': async (stage) => {
        await answered(stage, 'Hello')
        await answered(stage, 'Where is the shop?')
        await stage.chat.answers.first().hover()
      },
      'question edited': async ({ chat }) => {
        const question = chat.log.locator('.user').last()
        await question.hover()
        await question.locator('.actions button').click()
        await chat.log.locator('.editor').waitFor()
      },
      'what was wrong?': async ({ chat, page }) => {
        await page.keyboard.press('Escape')
        await chat.log.locator('button:has(.turned)').last().click()
        await chat.log.locator('.why .chip').first().click()
      },
      'thanked, with a way to a person': async ({ chat }) => {
        await chat.log.locator('.why .main').click()
        await chat.log.locator('.why .handoff').waitFor()
      },
    },
  },
  conversations: {
    owner: () => ({ tag: { session: 'device', consent: 'May we?' } }),
    opened: false,
    states: {
      conversations: async (stage) => {
        const { chat, page } = stage
        await chat.launcher.click()
        await chat.widget.locator('.before .main').click()
        for (const question of [
          'Hello',
          'Where is my order?',
          'Which beans do you recommend for a pour-over at home, with a small grinder?',
          'When do you open?',
          'مرحبا',
          '你好',
          'Do you deliver?',
        ]) {
          await expect(chat.answers).toHaveCount(0)
          await answered(stage, question)
          if (question !== 'Do you deliver?') await page.evaluate(() => window.cozeChat?.newConversation())
        }
        await openConversations(stage)
        await chat.widget.locator('.drawer .search').waitFor()
      },
      'conversation renamed': async ({ chat }) => {
        const line = chat.widget.locator('.drawer li').nth(1)
        await line.hover()
        await line.locator('.icon-button').first().click()
        await line.locator('input').waitFor()
      },
      'conversation deleted?': async ({ chat }) => {
        await chat.widget.locator('.drawer li form .icon-button').first().click()
        const line = chat.widget.locator('.drawer li').nth(1)
        await line.hover()
        await line.locator('.icon-button').last().click()
        await line.locator('.question').waitFor()
      },
      'all deleted?': async ({ chat }) => {
        await chat.widget.locator('.tools .tool').first().click()
        await chat.widget.locator('.deletion').waitFor()
      },
      'nothing found': async ({ chat }) => {
        await chat.widget.locator('.drawer .search').fill('tea')
        await chat.widget.locator('.drawer > p[role=status]').waitFor()
      },
    },
  },
  files: {
    states: {
      attachments: async ({ chat, page }) => {
        await page.locator('coze-chat input[type=file]').setInputFiles([PICTURE, REPORT])
        await expect(chat.widget.locator('.tray progress')).toHaveCount(0)
        await chat.composer.fill('What do you see in these?')
      },
      'files in a question': async (stage) => {
        await stage.chat.composer.press('Enter')
        await stage.chat.log.locator('.attachments').waitFor()
        await expect(stage.chat.log).toHaveAttribute('aria-busy', 'false')
      },
      'file that cannot be sent': async ({ chat, page, api }) => {
        api.rules.always('POST /v1/files/upload', { answer: { status: 200, body: '{"code":4000,"msg":"no"}' } })
        await page.locator('coze-chat input[type=file]').setInputFiles([REPORT])
        await chat.widget.locator('.tray .failed').waitFor()
      },
      'files over the panel': async ({ chat }) => {
        await chat.widget.locator('section.panel').evaluate((panel) => {
          const dataTransfer = new DataTransfer()
          dataTransfer.items.add(new File(['x'], 'x.txt'))
          panel.dispatchEvent(new DragEvent('dragover', { dataTransfer, bubbles: true, cancelable: true }))
        })
        await chat.widget.locator('.drop').waitFor()
      },
    },
  },
  composer: {
    states: {
      shortcuts: async ({ chat }) => {
        await chat.composer.pressSequentially('/')
        await chat.widget.locator('.above.menu').waitFor()
      },
      'long draft': async ({ chat }) => {
        await chat.composer.fill(`${'A question that goes on and on, over many lines. '.repeat(12)}`)
      },
      recording: async (stage) => {
        await stage.chat.composer.fill('')
        await pressVoice(stage)
        await stage.chat.widget.locator('.voice .wave').waitFor()
      },
    },
  },
  'microphone refused': {
    prepare: ({ page }) =>
      page.addInitScript(() => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
      }),
    states: {
      'microphone refused': async (stage) => {
        await pressVoice(stage)
        await stage.chat.widget.locator('.hint').waitFor()
      },
    },
  },
  'narrow composer': {
    prepare: ({ page }) => page.setViewportSize({ width: 320, height: 568 }),
    states: {
      'menu of the composer': async ({ chat }) => {
        await chat.widget.locator('.row .folds').first().waitFor({ state: 'attached' })
        await chat.widget.locator('.row .icon-button').first().click()
        await chat.widget.getByRole('menu').waitFor()
      },
    },
  },
  offline: {
    states: {
      'offline, with a question that waits': async (stage) => {
        await answered(stage, 'Hello')
        await stage.page.context().setOffline(true)
        await say(stage, 'Do you have oat milk?')
        await stage.chat.log.locator('.user .footnote').waitFor()
      },
    },
  },
}

/** In a narrow panel it is behind the plus. */
async function pressVoice({ chat }: Stage): Promise<void> {
  const microphone = chat.widget.locator('.microphone')
  await microphone.waitFor({ state: 'attached' })
  if (await microphone.isVisible()) return microphone.click()
  await chat.widget.locator('.row .icon-button').first().click()
  await chat.widget.getByRole('menuitem').last().click()
}
