import { REPLICA_STYLES } from './replica-styles.ts'
import { createWebChatClient, type ReplicaClientConstructor } from './web-chat-client.ts'

/** What the script does when it runs: adds global styles to the head and sets `window.CozeWebSDK`. */
export function installReplica(page: Window & typeof globalThis, apiBase: string): ReplicaClientConstructor {
  const style = page.document.createElement('style')
  style.textContent = REPLICA_STYLES
  page.document.head.append(style)
  const WebChatClient = createWebChatClient(page, apiBase)
  Object.assign(page, { CozeWebSDK: { WebChatClient } })
  return WebChatClient
}
