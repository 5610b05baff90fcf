import { CozeChat } from 'coze-chat-widget/react'

/** For its types alone. */
export const all = [
  <CozeChat
    key="1"
    inline
    className="chat"
    style={{ height: 400 }}
    suggestions={['a', 'b']}
    onToken={({ renewals }) => renewals + 1}
  />,
  <coze-chat key="2" bot-id="1" token-url="/t" inline options={{ ui: 'light' }} />,
  // @ts-expect-error an option that does not exist
  <CozeChat key="3" colour="red" />,
  // @ts-expect-error a value that does not exist
  <CozeChat key="4" ui="heavy" />,
  // @ts-expect-error an event that does not exist
  <CozeChat key="5" onNothing={() => undefined} />,
]
