/** What a page passes to `new CozeWebSDK.WebChatClient()`, and what the original reads out of it (docs/coze.md 2.1). */
import type { PanelLook } from './replica-panel.ts'
import type { ReplicaAgent } from './replica-requests.ts'

type LooseOptions = Record<string, unknown>

export interface ReplicaOptions {
  config?: LooseOptions
  auth?: { type?: string; token?: string; onRefreshToken?: unknown }
  userInfo?: { id?: string; nickname?: string; url?: string }
  ui?: {
    base?: { lang?: string; icon?: string; zIndex?: number }
    asstBtn?: { isNeed?: boolean }
    header?: { isShow?: boolean; isNeedClose?: boolean }
    footer?: { isShow?: boolean; expressionText?: string }
    chatBot?: LooseOptions & { title?: string; el?: HTMLElement; width?: number | string }
  }
}

/** `undefined` where the options name nobody to talk to: then the original shows nothing. */
export function agentOf({ config = {}, userInfo }: ReplicaOptions): ReplicaAgent | undefined {
  const bot = (config['botInfo'] ?? {}) as LooseOptions
  const app = (config['appInfo'] ?? {}) as LooseOptions
  const botId = String(bot['botId'] ?? config['botId'] ?? config['bot_id'] ?? '')
  const isApp = config['type'] === 'app'
  if (isApp ? !app['appId'] : !botId) return undefined
  return {
    botId,
    appId: isApp ? String(app['appId']) : '',
    workflowId: String(app['workflowId'] ?? ''),
    parameters: ((isApp ? app : bot)['parameters'] ?? {}) as LooseOptions,
    userId: userInfo?.id ?? '',
  }
}

export function lookOf(page: Window, ui: ReplicaOptions['ui']): PanelLook & { functionCalls: boolean } {
  const { header, footer, chatBot } = ui ?? {}
  return {
    header: header?.isShow !== false,
    closeButton: header?.isNeedClose !== false,
    clearButton: chatBot?.['isNeedClearContext'] !== false,
    freshButton: chatBot?.['isNeedAddNewConversation'] !== false,
    footer: footer?.isShow === false ? '' : (footer?.expressionText ?? 'Powered by coze'),
    width: panelWidth(page, chatBot?.width),
    functionCalls: chatBot?.['isNeedFunctionCallMessage'] !== false,
  }
}

/** Pixels where nothing else is said, whatever it is inside of; a phone's panel is as wide as what it is inside of. */
function panelWidth(page: Window, width: number | string = 460): string {
  if (/Mobi/.test(page.navigator.userAgent)) return ''
  return typeof width === 'number' ? `${width}px` : width
}
