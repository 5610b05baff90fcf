/** The microphone and the shortcuts of the composer, with a device that beeps and an agent that takes voice. */
import type { Page } from '@playwright/test'
import { violationsOn } from './axe.ts'
import { expect, test } from './demo-fixture.ts'
import { WITH_MICROPHONE } from './headless-shell.ts'

test.use({
  launchOptions: WITH_MICROPHONE,
})

const MICROPHONE = { name: 'Speak your message' }
const FINISH = { name: 'Finish recording' }

/** Counts the microphones that are on. */
async function watchMicrophones(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const tracks: MediaStreamTrack[] = []
    Object.assign(window, { liveMicrophones: () => tracks.filter(({ readyState }) => readyState === 'live').length })
    const { mediaDevices } = navigator
    const original = mediaDevices.getUserMedia.bind(mediaDevices)
    mediaDevices.getUserMedia = async (constraints) => {
      const stream = await original(constraints)
      tracks.push(...stream.getTracks())
      return stream
    }
  })
  return () => page.evaluate(() => (window as unknown as { liveMicrophones(): number }).liveMicrophones())
}

test.describe('voice', () => {
  test('what is said lands in the composer, behind what was typed, and waits there to be sent', async ({
    page,
    chat,
  }) => {
    const live = await watchMicrophones(page)
    const sent: string[] = []
    page.on('request', (request) => {
      if (request.url().includes('/v1/audio/transcriptions')) sent.push(request.headers()['content-type'] ?? '')
    })
    await chat.open()
    await chat.composer.fill('One thing:')
    await chat.widget.getByRole('button', MICROPHONE).click()
    await expect(chat.widget.getByRole('group', { name: 'Recording' })).toBeVisible()
    expect(await live()).toBe(1)
    await expect(chat.widget.locator('.voice time')).toHaveText(/0:0[1-9]/)
    expect(await violationsOn(page)).toEqual([])
    await expect(chat.widget.getByRole('button', FINISH)).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(chat.composer).toHaveValue(/^One thing: .+\?$/)
    await expect(chat.composer).toBeFocused()
    expect(await live()).toBe(0)
    expect(sent).toEqual([expect.stringContaining('multipart/form-data')])
    await expect(chat.answers).toHaveCount(0)
  })

  test('held and let go, it is done', async ({ page, chat }) => {
    const live = await watchMicrophones(page)
    await chat.open()
    await expect(chat.widget.getByRole('button', MICROPHONE)).toBeVisible()
    const box = await chat.widget.getByRole('button', MICROPHONE).boundingBox()
    if (!box) throw new Error('no microphone')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    await page.mouse.down()
    await expect(chat.widget.locator('.voice time')).toHaveText(/0:0[1-9]/)
    await page.mouse.up()
    await expect(chat.composer).toHaveValue(/\?$/)
    expect(await live()).toBe(0)
  })

  test('Escape forgets it and leaves the panel open; so does closing the panel', async ({ page, chat }) => {
    const live = await watchMicrophones(page)
    await chat.open()
    await chat.widget.getByRole('button', MICROPHONE).click()
    await expect(chat.widget.getByRole('button', FINISH)).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(chat.widget.getByRole('button', FINISH)).toBeHidden()
    await expect(chat.composer).toBeFocused()
    await expect(chat.composer).toHaveValue('')
    expect(await live()).toBe(0)

    await chat.widget.getByRole('button', MICROPHONE).click()
    await expect(chat.widget.getByRole('button', FINISH)).toBeFocused()
    expect(await live()).toBe(1)
    await chat.widget.getByRole('button', { name: 'Close chat' }).click()
    await expect.poll(live).toBe(0)
  })

  test('a refused microphone is told calmly, and typing goes on', async ({ page, chat }) => {
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
    })
    await chat.open()
    await chat.widget.getByRole('button', MICROPHONE).click()
    await expect(chat.widget.getByRole('alert')).toContainText('The microphone is blocked')
    expect(await violationsOn(page)).toEqual([])
    await chat.widget.getByRole('button', { name: 'Dismiss' }).click()
    await expect(chat.widget.getByRole('alert')).toBeHidden()
    await chat.ask('Hello')
  })

  test('a recording that the service could not take is kept and tried again', async ({ page, chat }) => {
    await chat.open()
    await page.route('**/v1/audio/transcriptions', (route) => route.abort(), { times: 1 })
    await chat.widget.getByRole('button', MICROPHONE).click()
    await expect(chat.widget.locator('.voice time')).toHaveText(/0:0[1-9]/)
    await chat.widget.getByRole('button', FINISH).click()
    await expect(chat.widget.getByRole('alert')).toContainText('Your recording is still here')
    await chat.widget.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
    await expect(chat.composer).toHaveValue(/\?$/)
  })
})

test.describe('shortcuts', () => {
  test('"/" opens them, typing finds one, Enter fills in its template with the first gap selected, Tab goes to the next', async ({
    page,
    chat,
  }) => {
    await chat.open()
    await chat.composer.pressSequentially('/')
    const list = chat.widget.getByRole('listbox', { name: 'Shortcuts' })
    await expect(list.getByRole('option')).toHaveCount(3)
    expect(await violationsOn(page)).toEqual([])
    await chat.composer.press('ArrowUp')
    const active = await chat.composer.getAttribute('aria-activedescendant')
    await expect(list.locator(`#${active}`)).toHaveText(/Find my beans/)
    await expect(list.locator(`#${active}`)).toHaveAttribute('aria-selected', 'true')
    await chat.composer.pressSequentially('bre')
    await expect(list.getByRole('option')).toHaveText([/How to brew/])
    await chat.composer.fill('/bean')
    await chat.composer.press('Enter')
    await expect(list).toBeHidden()
    await expect(chat.composer).toHaveValue('Recommend {{taste}} beans for my {{brewer}}')
    await page.keyboard.type('fruity')
    await page.keyboard.press('Tab')
    await page.keyboard.type('V60')
    await expect(chat.composer).toHaveValue('Recommend fruity beans for my V60')
    await expect(chat.composer).not.toHaveAttribute('aria-activedescendant', /./)
    await expect(chat.answers).toHaveCount(0)
  })

  test('Escape sends them away and keeps the panel and the words; a command that is none is sent as it is', async ({
    chat,
  }) => {
    await chat.open()
    await chat.composer.fill('/')
    const list = chat.widget.getByRole('listbox')
    await expect(list).toBeVisible()
    await chat.composer.press('Escape')
    await expect(list).toBeHidden()
    await expect(chat.composer).toHaveValue('/')
    await chat.ask('/table')
  })

  test('a button opens them too, by mouse and by keyboard', async ({ page, chat }) => {
    await chat.open()
    const button = chat.widget.getByRole('button', { name: 'Shortcuts' })
    await button.focus()
    await page.keyboard.press('Enter')
    await expect(button).toHaveAttribute('aria-expanded', 'true')
    await expect(chat.composer).toBeFocused()
    await page.keyboard.press('Escape')
    await button.click()
    await chat.widget.getByRole('option', { name: /How to brew/ }).click()
    await expect(chat.composer).toHaveValue('How do I brew it?')
    await expect(chat.composer).toBeFocused()
  })
})
