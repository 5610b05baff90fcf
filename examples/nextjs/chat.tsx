// app/chat.tsx, for <Chat /> in app/layout.tsx
'use client'
import { CozeChat } from 'coze-chat-widget/react'

export function Chat() {
  return (
    <CozeChat
      botId="7300000000000000001"
      tokenUrl="/api/coze/token"
      ui="light"
      onMessage={({ role, text }) => console.log(role, text)}
    />
  )
}
