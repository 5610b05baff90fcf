import { createHeadlessChat, isCozeChatError } from 'coze-chat-widget/headless'

const chat = createHeadlessChat({
  botId: '7300000000000000001',
  tokenUrl: '/api/coze/token',
  // A function of your page that the agent calls by this name. What it returns goes back as JSON, what it throws as { "error": … }.
  tools: {
    get_cart: async (args, { signal }) =>
      (await fetch(`/cart?currency=${args['currency'] ?? 'EUR'}`, { signal })).json(),
  },
})
const { store } = chat

export async function askAbout(file: File, text: string) {
  const leaving = new AbortController() // abort() takes the file back
  try {
    const attachment = await store.upload(file, (part) => console.log(`${Math.round(part * 100)} %`), leaving.signal)
    await store.send({ text, attachments: [attachment] })
  } catch (error) {
    if (!isCozeChatError(error)) throw error
    console.warn(error.code) // such as upload_refused
  }
}

/** What has come stays and is marked `stopped`. There is something to stop while `turn.phase` is not `idle`. */
export const stopAnswer = () => store.stop()

/** They are in `conversations` of the state then; with `true` the next page is added, while `hasMore`. */
export const listConversations = () => store.loadConversations()
export const showConversation = (id: string) => store.openConversation(id)
export const beginAnother = () => store.newConversation()

export async function signOut() {
  chat.logout() // done at once; before your own logout
  await fetch('/logout', { method: 'POST' })
}
