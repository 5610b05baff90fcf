import type { ChatWidget } from 'coze-chat-widget'
import { CozeChat } from 'coze-chat-widget/react'
import { useRef } from 'react'

export function Shop({ user }: { user: string | undefined }) {
  const chat = useRef<ChatWidget>(null)
  return (
    <>
      <button type="button" onClick={() => chat.current?.open()}>
        Ask us
      </button>
      <CozeChat
        ref={chat}
        // Another user is another component: nothing of the one before is left.
        key={user}
        botId="7300000000000000001"
        tokenUrl="/api/coze/token"
        ui="light"
        onMessage={({ role, text }) => console.log(role, text)}
        onError={({ code }) => console.warn(code)}
      />
    </>
  )
}
