/** Each field is one option; the chat follows at once, and so does the snippet. */
import { OPTIONS, STYLES } from './playground-options.js'

/** Values to choose from where the option itself allows more. */
const CHOICES = {
  lang: ['', 'zh-CN', 'zh-TW', 'en', 'ja', 'ko', 'es', 'de', 'fr', 'pt-BR', 'ru', 'ar', 'vi'],
  shortcut: ['', 'Alt+Shift+C', 'Control+/'],
  launcherSize: ['', '44', '56', '72', '96'],
}
/** The launcher's own colour: a field for colours cannot be empty. */
const ACCENT = '#4d53e8'

const isChinese = document.documentElement.lang.startsWith('zh')

/** Of options that no attribute can hold: one value each, which a box switches on. */
const EXAMPLES = {
  form: [
    { name: 'email', type: 'email', label: { en: 'E-mail', zh: '邮箱' }, required: true },
    {
      name: 'topic',
      type: 'select',
      label: { en: 'What is it about?', zh: '想咨询什么？' },
      choices: [
        { value: 'order', label: { en: 'An order', zh: '订单' } },
        { value: 'return', label: { en: 'A return', zh: '退货' } },
      ],
    },
  ],
  // Closed all week, so that the line shows.
  hours: { timeZone: 'Asia/Shanghai', week: {} },
}

const form = document.querySelector('form.options:not(.styles)')
const look = document.querySelector('form.styles')
const snippet = document.querySelector('#snippet')
const { botId, tokenUrl, apiBase, ui } = document.querySelector('script[data-bot-id]').dataset
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function unset(name) {
  if (name === 'lang') return isChinese ? '跟随网页' : 'of the page'
  return isChinese ? '无' : 'none'
}

const words = (about) => about[isChinese ? 'zh' : 'en'].replaceAll('`', '')

/** What the field says before anybody has changed it. */
const initial = ({ name, default: standard }) => (name === 'accent' ? ACCENT : String(standard ?? ''))

/** A box for each name that is on or off. */
function switches({ name, values, about }) {
  const group = document.createElement('fieldset')
  const legend = document.createElement('legend')
  legend.append(name)
  group.title = words(about)
  group.append(legend)
  for (const value of values) {
    const label = document.createElement('label')
    const box = document.createElement('input')
    Object.assign(box, { type: 'checkbox', name, value, checked: true })
    label.className = 'flag'
    label.append(box, value)
    group.append(label)
  }
  return group
}

/** The names that are off, as an attribute has them. */
const switchedOff = (name) =>
  [...form.querySelectorAll(`[name="${name}"]:not(:checked)`)].map(({ value }) => `-${value}`).join(' ')

function control(option) {
  const { name, type, values = CHOICES[name], default: standard, about } = option
  if (type === 'switches') return switches(option)
  const label = document.createElement('label')
  const input = document.createElement(values ? 'select' : 'input')
  input.name = name
  if (values) for (const value of values) input.append(new Option(value || unset(name), value))
  else if (type === 'flag') {
    input.type = 'checkbox'
    input.checked = standard
    label.className = 'flag'
  } else {
    input.type = name === 'accent' ? 'color' : type === 'number' ? 'number' : 'text'
    input.value = initial(option)
  }
  label.title = words(about)
  label.append(...(type === 'flag' ? [input, name] : [name, input]))
  return label
}

/** The option's value; undefined where the field says nothing. */
function read({ name, type }) {
  if (type === 'switches') return switchedOff(name)
  const { value, checked } = form.elements[name]
  if (type === 'flag') return checked
  if (value === '') return undefined
  if (type === 'number') return Number(value)
  return type === 'list' ? value.split('|').map((item) => item.trim()) : value
}

function isChanged(option) {
  if (option.type === 'switches') return switchedOff(option.name) !== ''
  const { value, checked } = form.elements[option.name]
  return option.type === 'flag' ? checked !== option.default : value !== initial(option)
}

function attribute({ name, type }) {
  const { value, checked } = form.elements[name]
  const text = type === 'switches' ? switchedOff(name) : type === 'flag' ? String(checked) : value
  return `data-${kebab(name)}="${text.replaceAll('"', '&quot;')}"`
}

/** A field for each custom property. */
function styleControl({ name, initial, about }) {
  const label = document.createElement('label')
  const input = document.createElement('input')
  Object.assign(input, { name, type: 'text', placeholder: initial })
  label.title = words(about)
  label.append(name, input)
  return label
}

/** The properties that were set, with their values. */
const stylesSet = () =>
  STYLES.map(({ name }) => [`--coze-chat-${name}`, look.elements[name].value.trim()]).filter(([, value]) => value)

function drawStyles() {
  const element = document.querySelector('coze-chat')
  const set = new Map(stylesSet())
  for (const { name } of STYLES) {
    element?.style.setProperty(`--coze-chat-${name}`, set.get(`--coze-chat-${name}`) ?? '')
  }
}

function exampleControl(name) {
  const label = document.createElement('label')
  const input = document.createElement('input')
  input.type = 'checkbox'
  input.name = name
  label.className = 'flag'
  label.append(input, `${name} (${isChinese ? '示例' : 'example'})`)
  return label
}

/** The examples that are switched on; undefined takes one away. */
const examples = () =>
  Object.fromEntries(
    Object.entries(EXAMPLES).map(([name, value]) => [name, form.elements[name].checked ? value : undefined]),
  )

function draw(chat) {
  drawStyles()
  const inCode = examples()
  chat?.setOptions({ ...Object.fromEntries(OPTIONS.map((option) => [option.name, read(option)])), ...inCode })
  const code = JSON.stringify(inCode)
  const lines = [
    ...(code === '{}' ? [] : [`<script>window.cozeChatOptions = ${code.replaceAll('<', '\\u003c')}</script>`]),
    '<script async src="https://…/dist/embed.js"',
    `data-bot-id="${botId}"`,
    `data-token-url="${tokenUrl}"`,
    // The simulated Coze; without it the widget talks to the real one.
    `data-api-base="${apiBase}"`,
    `data-ui="${ui}"`,
    ...OPTIONS.filter(isChanged).map(attribute),
  ]
  const rules = stylesSet().map(([name, value]) => `  ${name}: ${value};\n`)
  const style = rules.length > 0 ? `<style>\ncoze-chat {\n${rules.join('')}}\n</style>\n` : ''
  snippet.textContent = `${style}${lines.join('\n  ').replace('</script>\n  ', '</script>\n')}></script>`
}

form.append(...OPTIONS.map(control), ...Object.keys(EXAMPLES).map(exampleControl))
look.append(...STYLES.map(styleControl))
draw()
;(window.cozeChatQueue ??= []).push((chat) => {
  for (const fields of [form, look]) fields.addEventListener('input', () => draw(chat))
})
document.querySelector('#copy').onclick = async () => {
  await navigator.clipboard.writeText(snippet.textContent)
  document.querySelector('#copied').textContent = isChinese ? '已复制' : 'Copied'
}
