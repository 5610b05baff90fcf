/** What a site's owner can make of the chat. */
import type { Scene } from '../states.ts'
import { answered } from './answers.ts'

const LIST = [
  { label: { en: 'Where is my order?', zh: '我的订单在哪里？', ar: 'أين طلبي؟' }, icon: '📦' },
  { label: { en: 'Opening hours', zh: '营业时间', ar: 'ساعات العمل' }, icon: '🕘' },
  { label: { en: 'Send something back, without the receipt, after the summer sale', zh: '退换货', ar: 'إرجاع منتج' } },
]

/** The suggestions are in one language at a time. */
const suggestions = Object.fromEntries(
  (['en', 'zh', 'ar'] as const).map((lang) => [lang, LIST.map(({ label, icon }) => ({ label: label[lang], icon }))]),
)

const owned = (values: object, style: string) => ({
  head: `<script>window.cozeChatOptions = ${JSON.stringify(values)}</script><style>coze-chat { ${style} }</style>`,
})

export const owners: Readonly<Record<string, Scene>> = {
  'suggestions with icons': {
    owner: () =>
      owned(
        {
          suggestions,
          title: { en: 'Harbour Coffee', zh: '港湾咖啡', ar: 'قهوة الميناء' },
          subtitle: { en: 'We answer at once', zh: '马上回答', ar: 'نجيب فورًا' },
          disclaimer: {
            en: 'Answers are made by AI. [How?](/ai)',
            zh: '回答由 AI 生成。[了解更多](/ai)',
            ar: 'الإجابات من صنع الذكاء الاصطناعي. [كيف؟](/ai)',
          },
          handoff: 'Talk to us | mailto:help@shop.example',
        },
        '',
      ),
    states: { 'suggestions with icons': ({ chat }) => chat.log.locator('.chip').first().waitFor() },
  },
  cover: {
    owner: () =>
      owned(
        { background: 'agent', subtitle: 'Open until nine', accent: '#8a3c12' },
        '--coze-chat-cover: #3d2111; --coze-chat-radius: 4px; --coze-chat-bubble-radius: 4px; --coze-chat-density: 1.25; --coze-chat-font-size: 17px',
      ),
    states: { 'cover, background, own sizes': (stage) => answered(stage, 'Hello') },
  },
  'bright accent': {
    owner: () => ({ tag: { accent: '#ffeb3b' } }),
    states: {
      'bright accent': async (stage) => {
        await answered(stage, 'Hello')
        await stage.chat.composer.fill('And now?')
      },
    },
  },
  'nothing but words': {
    owner: () => ({ tag: { features: '-upload -voice -conversations -feedback -regenerate -edit -readAloud' } }),
    states: { 'few features': (stage) => answered(stage, 'Hello') },
  },
  inline: {
    opened: false,
    owner: () => ({
      tag: { inline: '', target: '#place' },
      body: '<div id="place" style="height:560px;max-width:640px"></div>',
    }),
    states: { inline: (stage) => answered(stage, '/table') },
  },
  'official chat that cannot be': {
    opened: false,
    owner: () => ({
      tag: { ui: 'official', 'sdk-url': '/nothing.js', 'official-fallback': 'false', handoff: 'Talk to us | #help' },
    }),
    states: {
      'official chat that cannot be': async ({ chat }) => {
        await chat.launcher.click()
        await chat.widget.locator('[part=problem]').waitFor()
      },
    },
  },
}
