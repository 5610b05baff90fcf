import './make-room.js'

/** On each page: the link of the page itself, and a small panel with session and token of the widget, so that isolation and renewal can be watched. */
const words = document.documentElement.lang.startsWith('zh')
  ? {
      title: '当前访客',
      session: '会话 ID',
      subject: '主体标识',
      kind: '身份',
      token: '令牌剩余',
      renewals: '已续期',
      none: '打开聊天后显示',
      user: '登录用户',
      anonymous: '匿名访客',
    }
  : {
      title: 'This visitor',
      session: 'Session id',
      subject: 'Subject',
      kind: 'Identity',
      token: 'Token life',
      renewals: 'Renewals',
      none: 'shown when the chat opens',
      user: 'signed-in user',
      anonymous: 'anonymous visitor',
    }

for (const link of document.querySelectorAll('header.site a')) {
  if (link.pathname === location.pathname) link.setAttribute('aria-current', 'page')
}

const panel = document.createElement('aside')
panel.className = 'watch'
panel.setAttribute('aria-label', words.title)
const heading = document.createElement('h2')
heading.textContent = words.title
const list = document.createElement('dl')
panel.append(heading, list)
document.querySelector('header.site').after(panel)

const fields = {}
for (const name of ['session', 'subject', 'kind', 'token', 'renewals']) {
  const term = document.createElement('dt')
  term.textContent = words[name]
  const value = document.createElement('dd')
  value.dataset.watch = name
  const pair = document.createElement('div')
  pair.append(term, value)
  list.append(pair)
  fields[name] = value
}

let expiresAt
function show({ session, token }) {
  fields.session.textContent = session ? session.sessionId || '–' : words.none
  fields.session.title = session?.sessionId ?? ''
  fields.subject.textContent = session?.subject ?? '–'
  fields.kind.textContent = session ? words[session.kind] : '–'
  fields.renewals.textContent = token ? String(token.renewals) : '–'
}

export function watch(chat) {
  const update = () => show(chat.state)
  chat.on('session', update)
  chat.on('token', ({ expiresInMs }) => {
    expiresAt = performance.now() + expiresInMs
    update()
  })
  chat.on('destroy', () => {
    expiresAt = undefined
    show({})
  })
  update()
}

setInterval(() => {
  fields.token.textContent =
    expiresAt === undefined ? '–' : `${Math.max(0, Math.round((expiresAt - performance.now()) / 1000))} s`
}, 500)
show({})
if (document.currentScript === null && !document.body.dataset.npm) {
  window.cozeChatQueue ??= []
  window.cozeChatQueue.push(watch)
}
