import { type ChatWidgetOptions, type CozeChatElement, createChatWidget, defineElement } from 'coze-chat-widget'

const options: ChatWidgetOptions = { botId: '7300000000000000001', tokenUrl: '/api/coze/token', ui: 'light' }
const chat = createChatWidget(options)
chat.on('message', ({ text }) => console.log(text))
chat.on('error', ({ code }) => {
  if (code === 'quota_exceeded') console.warn(code)
  // @ts-expect-error there is no such code
  if (code === 'no_such_code') console.warn(code)
})
document.addEventListener('coze-chat:message', ({ detail }) => console.debug(detail.text.length))

// @ts-expect-error an option that does not exist
createChatWidget.bind(undefined, { ...options, colour: 'red' } satisfies ChatWidgetOptions)

/** The element, for its types alone. */
export function element(): CozeChatElement {
  defineElement()
  const made = document.createElement('coze-chat')
  made.options = options
  made.addEventListener('coze-chat-unread', ({ detail }) => {
    document.title = String(detail.count)
  })
  return made
}
