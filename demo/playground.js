/** Each field is one option; the chat follows at once, and so does the snippet. */
import { asCode, EXAMPLES } from './playground-examples.js'
import { GROUPS, OPTIONS, STYLES } from './playground-options.js'

/** Values to choose from where the option itself allows more. */
const CHOICES = {
  lang: ['', 'zh-CN', 'zh-TW', 'en', 'ja', 'ko', 'es', 'de', 'fr', 'pt-BR', 'ru', 'ar', 'vi'],
  shortcut: ['', 'Alt+Shift+C', 'Control+/'],
  launcherSize: ['', '44', '56', '72', '96'],
  radius: ['', '0', '4', '8', '12', '20', '32'],
}
/** The launcher's own colour: a field for colours cannot be empty. */
const ACCENT = '#4d53e8'

const isChinese = document.documentElement.lang.startsWith('zh')

const form = document.querySelector('form.options:not(.styles)')
const look = document.querySelector('form.styles')
const snippet = document.querySelector('#snippet')
const warning = document.querySelector('#warning')
/** What the tag of this page says, and every snippet therefore begins with. */
const tag = { ...document.querySelector('script[data-bot-id]').dataset }
const isSimulated = document.body.dataset.coze === 'replica'
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function unset(name) {
  if (name === 'lang') return isChinese ? '跟随网页' : 'of the page'
  if (name === 'shortcut') return isChinese ? '无' : 'none'
  return isChinese ? '默认' : 'default'
}

const inLanguage = (words) => words[isChinese ? 'zh' : 'en']
const words = (about) => inLanguage(about).replaceAll('`', '')

/** What the field says before anybody has changed it. */
const initial = ({ name, default: standard }) => (name === 'accent' ? ACCENT : String(tag[name] ?? standard ?? ''))

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
  if (type === 'code') return exampleControl(option)
  const label = document.createElement('label')
  const input = document.createElement(values ? 'select' : 'input')
  input.name = name
  if (values) {
    const first = initial(option)
    // Without a default, none of them is what a page has that says nothing.
    const choices = standard === undefined && !values.includes('') ? ['', ...values] : values
    for (const value of choices) input.append(new Option(value || unset(name), value, value === first, value === first))
  } else if (type === 'flag') {
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
  if (type === 'code') return form.elements[name].checked ? EXAMPLES[name] : undefined
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
  if (option.type === 'code') return checked
  if (option.name in tag) return value !== ''
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
  label.append(`--coze-chat-${name}`, input)
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

function exampleControl({ name, about }) {
  const label = document.createElement('label')
  const input = document.createElement('input')
  input.type = 'checkbox'
  input.name = name
  label.className = 'flag'
  label.title = words(about)
  label.append(input, `${name} (${isChinese ? '示例' : 'example'})`)
  return label
}

/** The fields of each group under its heading. */
const inGroups = (options) =>
  Object.keys(GROUPS).flatMap((name) => {
    const ofGroup = options.filter(({ group }) => group === name)
    const heading = document.createElement('h2')
    heading.append(inLanguage(GROUPS[name]))
    return ofGroup.length > 0 ? [heading, ...ofGroup.map(control)] : []
  })

/** Those that the chat follows, then the others. */
function fields() {
  const note = document.createElement('p')
  note.className = 'note'
  note.append(
    isChinese
      ? '以下选项只写进代码：它们需要另一个网页或另一个聊天，本页的聊天保持不变。'
      : 'The following are written into the snippet alone: they need another page or another chat, and the chat of this page goes on as it is.',
  )
  const live = OPTIONS.filter((option) => option.live)
  const others = OPTIONS.filter((option) => !option.live)
  // Each heading stands once: what is left of a group that had its own comes right after the note.
  const hasHeading = ({ group }) => live.some((option) => option.group === group)
  return [
    ...inGroups(live),
    note,
    ...others.filter(hasHeading).map(control),
    ...inGroups(others.filter((option) => !hasHeading(option))),
  ]
}

/** Says that the snippet leads to the Coze of this page, which nobody else has. */
function warn(code) {
  const leadsHere = isSimulated && code.includes(`"${tag.apiBase}`)
  warning.hidden = !leadsHere
  if (!leadsHere) return code
  const comment = isChinese
    ? `${tag.apiBase} 是本页的模拟扣子，只在这里可用：换成您自己的地址，并删去 data-api-base。`
    : `${tag.apiBase} is the simulated Coze of this page and exists only here: put your own addresses in, and leave data-api-base out.`
  return `<!-- ${comment} -->\n${code}`
}

function draw(chat) {
  drawStyles()
  chat?.setOptions(Object.fromEntries(OPTIONS.filter(({ live }) => live).map((option) => [option.name, read(option)])))
  const changed = OPTIONS.filter(isChanged)
  const inCode = changed.filter(({ type }) => type === 'code').map((option) => [option.name, read(option)])
  const code = asCode(Object.fromEntries(inCode)).replaceAll('<', '\\u003c')
  const script = inCode.length > 0 ? `<script>window.cozeChatOptions = ${code}</script>\n` : ''
  const rules = stylesSet().map(([name, value]) => `  ${name}: ${value};\n`)
  const style = rules.length > 0 ? `<style>\ncoze-chat {\n${rules.join('')}}\n</style>\n` : ''
  const attributes = changed.filter(({ type }) => type !== 'code').map(attribute)
  const lines = ['<script async src="https://…/dist/embed.js"', ...attributes].join('\n  ')
  snippet.textContent = warn(`${style}${script}${lines}></script>`)
}

form.append(...fields())
look.append(...STYLES.map(styleControl))
draw()
;(window.cozeChatQueue ??= []).push((chat) => {
  for (const filled of [form, look]) filled.addEventListener('input', () => draw(chat))
})
document.querySelector('#copy').onclick = async () => {
  await navigator.clipboard.writeText(snippet.textContent)
  document.querySelector('#copied').textContent = isChinese ? '已复制' : 'Copied'
}
