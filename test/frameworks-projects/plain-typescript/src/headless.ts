import { createHeadlessChat } from 'coze-chat-widget/headless'

export const chat = createHeadlessChat({ botId: '7300000000000000001', tokenUrl: '/api/coze/token' })
