/** What stands on the replica's panel. */
export interface PanelWords {
  bot: string
  clear: string
  close: string
  earlier: string
  failed: string
  fresh: string
  message: string
  problem: string
  reload: string
  send: string
  stop: string
}

export const PANEL_WORDS: Readonly<Record<'zh-CN' | 'en', PanelWords>> = {
  'zh-CN': {
    bot: 'Coze Bot',
    clear: '清除上下文',
    close: '关闭',
    earlier: '更早的消息',
    failed: '发送失败',
    fresh: '新会话',
    message: '发送消息',
    problem: '加载失败',
    reload: '重新加载',
    send: '发送',
    stop: '停止',
  },
  en: {
    bot: 'Coze Bot',
    clear: 'Clear context',
    close: 'Close',
    earlier: 'Earlier messages',
    failed: 'Failed to send',
    fresh: 'New conversation',
    message: 'Send a message',
    problem: 'Failed to load',
    reload: 'Reload',
    send: 'Send',
    stop: 'Stop',
  },
}
