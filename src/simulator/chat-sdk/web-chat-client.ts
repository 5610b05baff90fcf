/** `CozeWebSDK.WebChatClient` as coze-contract.md section 2 describes it, rough edges included. */
import { createReplicaApi, type ReplicaAuth } from './replica-api.ts'
import { createReplicaChat, type ReplicaChat } from './replica-chat.ts'
import { PANEL_WORDS } from './replica-panel.ts'

type Bag = Record<string, unknown>

export interface ReplicaOptions {
  config?: Bag
  auth?: { type?: string; token?: string; onRefreshToken?: unknown }
  userInfo?: { id?: string; nickname?: string; url?: string }
  ui?: {
    base?: { lang?: string; icon?: string; zIndex?: number }
    asstBtn?: { isNeed?: boolean }
    header?: { isShow?: boolean; isNeedClose?: boolean }
    footer?: { isShow?: boolean; expressionText?: string }
    chatBot?: Bag & { title?: string; el?: HTMLElement }
  }
}

export interface ReplicaClient {
  readonly chatClientId: string
  readonly senderName: string
  readonly options: ReplicaOptions
  readonly authClient: ReplicaAuth | undefined
  showChatBot(): Promise<void>
  hideChatBot(): Promise<void>
  destroy(): void
  getToken(): Promise<unknown>
}

export interface ReplicaClientConstructor {
  new (options: ReplicaOptions): ReplicaClient
  clients: ReplicaClient[]
}

/** @param apiBase the original has its API host compiled in. */
export function createWebChatClient(page: Window & typeof globalThis, apiBase: string): ReplicaClientConstructor {
  const { document } = page

  return class WebChatClient implements ReplicaClient {
    static clients: ReplicaClient[] = []

    readonly chatClientId = Math.random().toString(36).slice(2)
    readonly senderName = `chat-app-sdk-${this.chatClientId}`
    readonly options: ReplicaOptions
    readonly authClient: ReplicaAuth | undefined
    readonly #own = document.createElement('div')
    readonly #frame = document.createElement('div')
    #chat: ReplicaChat | undefined
    #shown = false

    constructor(options: ReplicaOptions) {
      page.console.info('WebChatClient', options)
      this.options = options
      const { auth } = options
      const refresh = auth?.onRefreshToken
      if (auth?.type !== 'token') page.alert('Unsupported auth type')
      else if (!refresh) page.alert('onRefreshToken must be provided')
      else if (typeof refresh !== 'function') page.alert('onRefreshToken must be a function')
      else {
        this.authClient = { token: auth.token ?? '', onRefreshToken: (refused) => refresh(refused) as unknown }
        // Defaults are written into the caller's object.
        options.userInfo = { id: randomUserId(page), nickname: '', url: '', ...options.userInfo }
        options.ui = { ...options.ui, base: { lang: 'en', zIndex: 1000, ...options.ui?.base } }
        WebChatClient.clients.push(this)
        this.#frame.className = 'coze-replica-floating'
        this.#frame.hidden = true
        if (!options.ui.chatBot?.el) this.#own.append(this.#frame)
        document.body.append(this.#own)
        this.#drawBall()
      }
    }

    async showChatBot(): Promise<void> {
      const { authClient } = this
      if (!authClient || (await this.#hook('onBeforeShow')) === false) return
      if (!(await this.#hasToken(authClient))) return
      page.console.log('chat config', { auth: { token: authClient.token }, options: this.options })
      this.#shown = true
      if (!this.#chat) this.#open(authClient)
      this.#frame.hidden = false
      await this.#hook('onShow')
    }

    async hideChatBot(): Promise<void> {
      if (!this.authClient || (await this.#hook('onBeforeHide')) === false || !this.#shown) return
      this.#shown = false
      // A container of the caller's stays as it is: he hides it in onHide.
      this.#frame.hidden = true
      await this.#hook('onHide')
    }

    destroy(): void {
      this.#chat?.panel.root.remove()
      this.#own.remove()
      WebChatClient.clients = WebChatClient.clients.filter((other) => other !== this)
    }

    /** Asks for a new one; does not read the one it has. */
    async getToken(): Promise<unknown> {
      return this.authClient?.onRefreshToken('')
    }

    async #hasToken(authClient: ReplicaAuth): Promise<boolean> {
      if (!authClient.token) {
        const token = await Promise.resolve(authClient.onRefreshToken('')).catch(() => undefined)
        authClient.token = typeof token === 'string' ? token : ''
        if (this.options.auth) this.options.auth.token = authClient.token
      }
      if (authClient.token) return true
      const message = 'Failed to get a token'
      page.alert(message)
      page.parent.postMessage({ type: 'chat-sdk-error', data: { type: 'OPEN_API_ERROR', code: 401, message } }, '*')
      return false
    }

    #open(authClient: ReplicaAuth): void {
      const { config = {}, userInfo, ui } = this.options
      const lang = ui?.base?.lang === 'zh-CN' ? 'zh-CN' : 'en'
      const bot = (config['botInfo'] ?? {}) as Bag
      const app = (config['appInfo'] ?? {}) as Bag
      const botId = String(bot['botId'] ?? config['botId'] ?? config['bot_id'] ?? '')
      const isApp = config['type'] === 'app'
      if (isApp ? !app['appId'] : !botId) return
      const { header, footer, chatBot } = ui ?? {}
      // Kept per agent, so whoever comes next at this browser finds it.
      const draftKey = `coze__draft__${isApp ? String(app['appId']) : botId}`
      this.#chat = createReplicaChat(
        page,
        createReplicaApi(page, apiBase, authClient, lang),
        {
          botId,
          appId: isApp ? String(app['appId']) : '',
          workflowId: String(app['workflowId'] ?? ''),
          parameters: ((isApp ? app : bot)['parameters'] ?? {}) as Bag,
          userId: userInfo?.id ?? '',
        },
        { ...PANEL_WORDS[lang], ...(chatBot?.title && { bot: chatBot.title }) },
        {
          header: header?.isShow !== false,
          closeButton: header?.isNeedClose !== false,
          clearButton: chatBot?.['isNeedClearContext'] !== false,
          freshButton: chatBot?.['isNeedAddNewConversation'] !== false,
          footer: footer?.isShow === false ? '' : (footer?.expressionText ?? 'Powered by coze'),
          draft: page.localStorage.getItem(draftKey) ?? '',
          functionCalls: chatBot?.['isNeedFunctionCallMessage'] !== false,
        },
        { close: () => void this.hideChatBot(), typed: (text) => page.localStorage.setItem(draftKey, text) },
      )
      const { root } = this.#chat.panel
      if (chatBot?.el) chatBot.el.append(root)
      else this.#frame.append(root)
      void this.#chat.start()
    }

    #drawBall(): void {
      if (this.options.ui?.asstBtn?.isNeed === false) return
      const ball = document.createElement('button')
      ball.type = 'button'
      ball.className = 'coze-replica-ball'
      ball.textContent = '✦'
      ball.setAttribute('aria-label', 'Coze')
      ball.onclick = () => void this.showChatBot()
      this.#own.append(ball)
    }

    async #hook(name: 'onBeforeShow' | 'onShow' | 'onBeforeHide' | 'onHide'): Promise<unknown> {
      const hook = this.options.ui?.chatBot?.[name]
      return typeof hook === 'function' ? hook() : undefined
    }
  }
}

/** The original reads this key and never writes it: without `userInfo.id` every load is somebody else. */
function randomUserId(page: Window): string {
  return page.localStorage.getItem('coze__OpenSDKUID__') ?? String(Math.floor(Math.random() * 1e16))
}
