/** Each control is one option; the chat follows at once, and so does the snippet. */
const CONTROLS = [
  ['theme', ['auto', 'light', 'dark']],
  ['accent', 'color', '#4d53e8'],
  ['position', ['bottom-right', 'bottom-left']],
  ['lang', ['', 'zh-CN', 'zh-TW', 'en', 'ja', 'ko', 'es', 'de', 'fr', 'pt-BR', 'ru', 'ar', 'vi']],
  ['title', 'text', ''],
  ['greeting', 'text', ''],
  ['placeholder', 'text', ''],
  ['suggestions', 'text', ''],
  ['disclaimer', 'text', ''],
  ['offsetX', 'number', '20'],
  ['offsetY', 'number', '20'],
  ['launcher', 'flag', true],
  ['teaser', 'text', ''],
  ['teaserDelaySeconds', 'number', '5'],
  ['shortcut', ['', 'Alt+Shift+C', 'Control+/']],
  ['movable', 'flag', false],
  ['titleBadge', 'flag', false],
]
const form = document.querySelector('form.options')
const snippet = document.querySelector('#snippet')
const { botId, tokenUrl, apiBase, ui } = document.querySelector('script[data-bot-id]').dataset
const isChinese = document.documentElement.lang.startsWith('zh')
const kebab = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

function unset(name) {
  if (name === 'lang') return isChinese ? '跟随网页' : 'of the page'
  return isChinese ? '无' : 'none'
}

function control([name, kind, initial]) {
  const label = document.createElement('label')
  const input = document.createElement(Array.isArray(kind) ? 'select' : 'input')
  input.name = name
  if (Array.isArray(kind)) for (const value of kind) input.append(new Option(value || unset(name), value))
  else if (kind === 'flag') {
    input.type = 'checkbox'
    input.checked = initial
    label.className = 'flag'
  } else {
    input.type = kind
    input.value = initial
  }
  label.append(...(kind === 'flag' ? [input, name] : [name, input]))
  return label
}

function read() {
  const options = {}
  for (const [name, kind, initial] of CONTROLS) {
    const { value, checked } = form.elements[name]
    if (kind === 'flag') options[name] = checked
    else if (kind === 'number') options[name] = Number(value)
    else if (name === 'suggestions') options[name] = value ? value.split('|').map((item) => item.trim()) : undefined
    else
      options[name] =
        value === (Array.isArray(kind) ? kind[0] : '') && initial !== value ? undefined : value || undefined
  }
  return options
}

function draw(chat) {
  const options = read()
  chat?.setOptions(options)
  const attributes = CONTROLS.flatMap(([name, kind, initial]) => {
    const value = options[name]
    const standard = Array.isArray(kind) ? kind[0] : kind === 'number' ? Number(initial) : initial
    if (value === undefined || value === standard) return []
    return [
      `data-${kebab(name)}="${String(Array.isArray(value) ? value.join(' | ') : value).replaceAll('"', '&quot;')}"`,
    ]
  })
  snippet.textContent =
    [
      '<script async src="https://…/dist/embed.js"',
      `data-bot-id="${botId}"`,
      `data-token-url="${tokenUrl}"`,
      // The simulated Coze; without it the widget talks to the real one.
      `data-api-base="${apiBase}"`,
      `data-ui="${ui}"`,
      ...attributes,
    ].join('\n  ') + '></script>'
}

form.append(...CONTROLS.map(control))
draw()
;(window.cozeChatQueue ??= []).push((chat) => form.addEventListener('input', () => draw(chat)))
document.querySelector('#copy').onclick = async () => {
  await navigator.clipboard.writeText(snippet.textContent)
  document.querySelector('#copied').textContent = isChinese ? '已复制' : 'Copied'
}
