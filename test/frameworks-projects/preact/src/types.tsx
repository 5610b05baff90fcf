import { CozeChat } from 'coze-chat-widget/react'

/** For its types alone. */
export const all = [
  <CozeChat key="1" inline className="chat" suggestions={['a', 'b']} onToken={({ renewals }) => renewals + 1} />,
  // @ts-expect-error an option that does not exist
  <CozeChat key="2" colour="red" />,
  // @ts-expect-error a value that does not exist
  <CozeChat key="3" ui="heavy" />,
  // @ts-expect-error an event that does not exist
  <CozeChat key="4" onNothing={() => undefined} />,
]
