/** The shop's own login: two users, and a cookie that the page cannot read. The chat is only told that the user has changed. */
const account = document.querySelector('#account')
const words = document.documentElement.lang.startsWith('zh')
  ? {
      signInAs: (user) => `以 ${user} 登录`,
      signedInAs: (user) => `已登录：${user}`,
      notSignedIn: '未登录',
      signOut: '退出登录',
    }
  : {
      signInAs: (user) => `Sign in as ${user}`,
      signedInAs: (user) => `Signed in as ${user}`,
      notSignedIn: 'Not signed in',
      signOut: 'Sign out',
    }
const json = { 'content-type': 'application/json' }
const chat = () => new Promise((resolve) => (window.cozeChatQueue ??= []).push(resolve))

function button(label, className, act) {
  const element = document.createElement('button')
  element.type = 'button'
  element.className = className
  element.textContent = label
  element.onclick = async () => {
    element.disabled = true
    await act()
    await draw()
  }
  return element
}

async function login(user) {
  await fetch('/shop/login', { method: 'POST', headers: json, body: JSON.stringify({ user }) })
  await (await chat()).identify()
}

async function logout() {
  await (await chat()).logout()
  await fetch('/shop/logout', { method: 'POST', headers: json, body: '{}' })
}

async function draw() {
  const { user } = await (await fetch('/shop/me')).json()
  const label = document.createElement('span')
  label.dataset.account = user ?? ''
  label.textContent = user ? words.signedInAs(user) : words.notSignedIn
  const actions = user
    ? [button(words.signOut, 'plain', logout)]
    : ['Ann', 'Bo'].map((name) => button(words.signInAs(name), 'plain primary', () => login(name)))
  account.replaceChildren(label, ...actions)
}

await draw()
