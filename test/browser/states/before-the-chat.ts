/** What is seen before a chat: the launcher and its bubbles, the first frame, what is asked first, and a chat that cannot be. */
import { expect } from '@playwright/test'
import type { ChatWidgetOptions } from '../../../src/options/widget-options.ts'
import { hang, reset, status, tooManyRequests } from '../../support/fault-proxy.ts'
import type { Scene } from '../states.ts'

const options = (values: ChatWidgetOptions) => `<script>window.cozeChatOptions = ${JSON.stringify(values)}</script>`

const TITLE = { en: 'Harbour Coffee', zh: '港湾咖啡', ar: 'قهوة الميناء' }
const HANDOFF = 'Talk to us | mailto:help@shop.example'

const FORM: ChatWidgetOptions['form'] = [
  { name: 'name', label: { en: 'Your name', zh: '您的姓名', ar: 'اسمك' }, required: true },
  { name: 'email', type: 'email', label: { en: 'E-mail', zh: '邮箱', ar: 'البريد الإلكتروني' }, required: true },
  {
    name: 'topic',
    type: 'select',
    label: { en: 'Topic', zh: '主题', ar: 'الموضوع' },
    required: true,
    choices: [{ value: 'order', label: { en: 'My order', zh: '我的订单', ar: 'طلبي' } }, { value: 'other' }],
  },
  { name: 'note', type: 'textarea', label: { en: 'Anything else', zh: '其他说明', ar: 'أي شيء آخر' } },
  {
    name: 'terms',
    type: 'checkbox',
    label: {
      en: 'I have read the [terms](/terms)',
      zh: '我已阅读[服务条款](/terms)',
      ar: 'لقد قرأت [الشروط](/terms)',
    },
    required: true,
  },
]

/** Of the page's language alone: the words of owners are not looked at here. */
const CONSENT =
  'By chatting you agree to our [privacy policy](/privacy). We keep conversations for 30 days, and you can delete yours at any time.'

/** Closed all week but for a minute. */
const HOURS = { timeZone: 'UTC', week: { mon: '03:00-03:01' } }

export const beforeTheChat: Readonly<Record<string, Scene>> = {
  launcher: {
    opened: false,
    states: {
      launcher: ({ chat }) => chat.launcher.waitFor(),
      'launcher, focused': async ({ chat, page }) => {
        await page.keyboard.press('Tab')
        await expect(chat.launcher).toBeFocused()
      },
    },
  },
  teaser: {
    opened: false,
    owner: () => ({
      tag: { 'teaser-delay-seconds': '0', 'launcher-text': 'Ask us' },
      head: options({
        teaser: {
          en: 'Questions about your order? We answer at once.',
          zh: '对订单有疑问吗？我们马上回答。',
          ar: 'هل لديك سؤال عن طلبك؟ نجيب فورًا.',
        },
      }),
    }),
    states: {
      'pill and teaser': ({ chat }) => chat.widget.locator('[part=teaser]').waitFor(),
      pill: async ({ chat }) => {
        await chat.widget.locator('.cross').click()
        await chat.widget.locator('[part=teaser]').waitFor({ state: 'detached' })
      },
    },
  },
  unread: {
    opened: false,
    owner: () => ({ tag: { movable: 'true' } }),
    states: {
      'unread answer': async ({ chat, page }) => {
        await chat.launcher.waitFor()
        await page.evaluate(() => window.cozeChat?.send('Hello'))
        await chat.widget.locator('.badge').waitFor()
      },
      'menu of the launcher': async ({ chat }) => {
        await expect(chat.widget).toHaveAttribute('data-movable', '')
        await chat.launcher.click({ button: 'right' })
        await chat.widget.locator('.pop.menu').waitFor()
      },
    },
  },
  'first frame': {
    opened: false,
    // Of a title in several languages the first frame does not know yet which one it will be.
    owner: () => ({ tag: { title: 'Harbour Coffee', accent: '#00838f' } }),
    prepare: async ({ site }) => site.rules.always(/\/dist\/chat-/, hang('accept')),
    states: {
      'first frame': async ({ chat }) => {
        await chat.launcher.click()
        await chat.composer.fill('Do you have oat milk?')
        await chat.composer.press('Enter')
        await chat.widget.locator('p.bubble').waitFor()
      },
    },
  },
  'first frame failed': {
    opened: false,
    prepare: async ({ site }) => site.rules.always(/\/dist\/chat-/, reset('accept')),
    states: {
      'first frame, failed': async ({ chat }) => {
        await chat.launcher.click()
        await chat.widget.locator('button.wait').waitFor()
      },
    },
  },
  connecting: {
    prepare: async ({ site }) => site.rules.always('POST /api/coze/token', hang('accept')),
    states: {
      connecting: ({ chat }) => chat.widget.locator('i.wait').waitFor(),
    },
  },
  consent: {
    opened: false,
    owner: () => ({ tag: { consent: CONSENT }, head: options({ title: TITLE }) }),
    prepare: async ({ site }) => site.rules.always(/before-chat-.*\.js/, hang('accept')),
    states: {
      'consent, with words that wait': async ({ chat, site }) => {
        await chat.launcher.click()
        await chat.composer.fill('Do you have oat milk?')
        await chat.composer.press('Enter')
        site.rules.clear()
        await chat.widget.locator('[part=before]').waitFor()
      },
    },
  },
  form: {
    opened: false,
    owner: () => ({ tag: { consent: CONSENT }, head: options({ title: TITLE, form: FORM }) }),
    states: {
      consent: async ({ chat }) => {
        await chat.launcher.click()
        await chat.widget.locator('[data-step=consent]').waitFor()
      },
      form: async ({ chat }) => {
        await chat.widget.locator('.before .main').click()
        await chat.widget.locator('[data-step=form]').waitFor()
      },
      'form, with complaints': async ({ chat }) => {
        await chat.widget.locator('.before .main').click()
        await expect(chat.widget.locator('.fault')).toHaveCount(4)
      },
    },
  },
  away: {
    owner: () => ({ head: options({ hours: HOURS, title: TITLE }) }),
    states: { away: ({ chat }) => chat.widget.locator('[part=away]').waitFor() },
  },
  closed: {
    opened: false,
    owner: () => ({
      tag: { handoff: HANDOFF },
      head: options({ hours: { ...HOURS, mayWrite: false }, title: TITLE }),
    }),
    states: {
      'closed for today': async ({ chat }) => {
        await chat.launcher.click()
        await chat.widget.locator('[data-step=closed]').waitFor()
      },
    },
  },
  'signed out': {
    owner: () => ({
      tag: { user: 'required', 'sign-in-url': '/login', handoff: HANDOFF },
      head: options({ title: TITLE }),
    }),
    states: { 'signed out': ({ chat }) => chat.widget.locator('[part=problem]').waitFor() },
  },
  'set up wrongly': {
    owner: () => ({ tag: { handoff: HANDOFF }, head: options({ title: TITLE }) }),
    prepare: async ({ site }) => site.rules.always('POST /api/coze/token', status(404, '')),
    states: { 'cannot chat': ({ chat }) => chat.widget.locator('[part=problem]').waitFor() },
  },
  'too many': {
    prepare: async ({ site }) => site.rules.always('POST /api/coze/token', tooManyRequests(600)),
    states: { 'asked too often': ({ chat }) => chat.widget.locator('[part=problem]').waitFor() },
  },
}
