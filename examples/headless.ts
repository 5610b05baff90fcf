import { createHeadlessChat } from 'coze-chat-widget/headless'

const chat = createHeadlessChat({ botId: '7300000000000000001', tokenUrl: '/api/coze/token' })
const log = document.querySelector('#log') as HTMLElement
const form = document.querySelector('form') as HTMLFormElement
const field = form.elements.namedItem('question') as HTMLInputElement

chat.store.subscribe(() => {
  const { messages, problem } = chat.store.getState()
  const lines = messages.map(({ role, text, problem }) => `${role}: ${text}${problem ? ` [${problem.code}]` : ''}`)
  log.textContent = [...lines, problem?.code ?? ''].join('\n')
})
form.addEventListener('submit', (event) => {
  event.preventDefault()
  void chat.store.send(field.value)
  form.reset()
})
void chat.store.open()
