/** `CozeWebSDK.WebChatClient` with its rough edges (docs/coze.md 2.1 to 2.3 and 2.7). */
import { createReplicaApi, type ReplicaAuth } from './replica-api.ts'
import { createReplicaChat, type ReplicaChat } from './replica-chat.ts'
import { createReplicaLayers } from './replica-layers.ts'
import { agentOf, lookOf, type ReplicaOptions } from './replica-options.ts'
import { PANEL_WORDS } from './replica-words.ts'

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

/** @param apiBase where to call Coze; the original has its host compiled in */
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
        // The original writes its defaults into the caller's object.
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
      if (!authClient || !(await this.#hasToken(authClient))) return
      if ((await this.#hook('onBeforeShow')) === false) return
      page.console.log('chat config', { auth: { token: authClient.token }, options: this.options })
      this.#shown = true
      if (!this.#chat) this.#open(authClient)
      this.#frame.hidden = false
      await this.#hook('onShow')
    }

    async hideChatBot(): Promise<void> {
      if (!this.authClient || (await this.#hook('onBeforeHide')) === false || !this.#shown) return
      this.#shown = false
      // Hidden is unmounted: the draft is lost, an answer under way is stopped, and the next show starts anew.
      // A container of the caller stays as it is: the caller hides it in onHide.
      this.#chat?.unmount()
      this.#chat = undefined
      this.#frame.hidden = true
      await this.#hook('onHide')
    }

    destroy(): void {
      this.#chat?.unmount()
      this.#own.remove()
      WebChatClient.clients = WebChatClient.clients.filter((other) => other !== this)
    }

    /** Asks for a new token instead of returning the present one. */
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
      const { ui } = this.options
      const agent = agentOf(this.options)
      if (agent === undefined) return
      const lang = ui?.base?.lang === 'zh-CN' ? 'zh-CN' : 'en'
      // What the original translates its words with leaves a cookie of the whole site.
      document.cookie = `i18next=${lang}; path=/`
      const layers = createReplicaLayers(document, ui?.base?.zIndex ?? 1000)
      // The original keeps drafts per agent, so that the next visitor at this browser finds them.
      const draftKey = `coze__draft__${agent.appId || agent.botId}`
      const { title, el } = ui?.chatBot ?? {}
      this.#chat = createReplicaChat(
        page,
        createReplicaApi(page, apiBase, authClient, lang),
        agent,
        { ...PANEL_WORDS[lang], ...(title && { bot: title }) },
        lookOf(page, ui),
        layers,
        {
          close: () => void this.hideChatBot(),
          typed(text) {
            layers.measure(text)
            page.localStorage.setItem(draftKey, text)
          },
        },
      )
      const { root } = this.#chat.panel
      if (el) el.append(root)
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

/** The original reads this key and never writes it: without `userInfo.id` every load of the page is another user. */
function randomUserId(page: Window): string {
  return page.localStorage.getItem('coze__OpenSDKUID__') ?? String(Math.floor(Math.random() * 1e16))
}
