/**
 * Stands in the chat's place until what the owner asks for is answered. Before that there is no chat, so nothing is requested of the token
 * service or of Coze; and whoever takes the visitor's place later is asked again.
 */
import type { WidgetCore, WidgetHost } from '../../element/widget-contract.ts'
import { CozeChatError } from '../../errors.ts'
import type { DrawnOptions } from '../../options/drawn-options.ts'
import { type FocusPlace, openingFocus } from '../../options/focus-on-open.ts'
import type { ResolvedOptions } from '../../options/resolve-options.ts'
import { agentKey } from '../../options/widget-options.ts'
import { createAwayNote } from '../../ui/before-chat/away-note.tsx'
import { hoursFault } from '../../ui/before-chat/opening-hours.ts'
import type { Parts } from '../../ui/parts.ts'
import { beforeChatWords } from '../../ui/strings/before-chat-words.ts'
import type { Strings } from '../../ui/strings/strings.ts'
import type { VisitorParts } from '../../visitor/token/read-token-response.ts'
import { createVisitor } from '../../visitor/visitor.ts'
import type { ChatSurroundings } from '../chat-surroundings.ts'
import { createAnsweredOptions } from './answered-options.ts'
import { type AskingView, createAskingView } from './asking-view.tsx'
import { createConditions } from './conditions.ts'
import { mayTakeFocus } from './may-take-focus.ts'
import { createWaitingLine } from './waiting-line.ts'

export interface ChatMaker {
  createChatCore(host: WidgetHost, surroundings: ChatSurroundings): WidgetCore
  /** @throws {CozeChatError} as `resolveOptions` does */
  checkOptions(options: DrawnOptions): ResolvedOptions
  loadStrings(lang: string, overrides?: Readonly<Record<string, string>>): Promise<Strings>
  readonly parts: VisitorParts
  readonly panelParts: Parts
}

/** How soon the chat is there after its hours have begun, in milliseconds. */
const LOOK_AGAIN_MS = 15_000

/** The options that decide what is asked, in which words, and where the answer is kept. */
const ASKING_OPTIONS = ['consent', 'form', 'hours', 'session', 'lang', 'strings'] as const

export function createAskingCore(
  host: WidgetHost,
  { createChatCore, checkOptions, loadStrings, parts, panelParts }: ChatMaker,
): WidgetCore {
  let { options } = host
  const { hours, lang, strings } = options
  const words = beforeChatWords({ lang, strings })
  const conditions = createConditions(options, words, (error) => {
    console.warn(`[coze-chat-widget] ${error.code}: ${error.message}`)
    host.emit('error', { code: error.code, retryable: false, cause: error })
  })
  const withAnswers = createAnsweredOptions(conditions.answers)
  const line = createWaitingLine<WidgetCore>()
  let chat: WidgetCore | undefined
  let asking: AskingView | undefined
  let notice: string | undefined
  /** Nothing speaks against the chat. */
  let isFree = false
  let isWarm = false
  let isEnded = false
  let credentials: { userToken?: string } | undefined
  let timer: ReturnType<typeof setInterval> | undefined

  const surroundings: ChatSurroundings = {
    onChange(reason) {
      if (!conditions.left(reason)) return
      isFree = false
      notice = reason === 'forgotten' ? words.deleted : undefined
      // When the panel has forgotten whoever was there.
      queueMicrotask(ask)
    },
    onWithdraw: options.consent ? () => void withdraw() : undefined,
    Note: hours && !hoursFault(hours) ? createAwayNote(hours) : undefined,
  }

  const chatHost: WidgetHost = {
    ...host,
    get options() {
      return withAnswers(options)
    },
    isOpen: () => isFree && host.isOpen(),
    emit(type, detail) {
      host.emit(type, detail)
      // Another visitor, who has not been asked yet: this chat ends, and the token that it was given ends with it.
      if (type === 'session' && !(conditions.admits(detail as Parameters<typeof conditions.admits>[0]) && isFree))
        anew()
    },
  }

  function ask(): void {
    if (isEnded) return
    const step = conditions.nextStep()
    clearInterval(timer)
    if (!step) {
      begin()
      return
    }
    if (step.type === 'closed') timer = setInterval(ask, LOOK_AGAIN_MS)
    if (asking) {
      asking.show(step)
      return
    }
    chat?.closed()
    asking = createAskingView(
      host,
      { options, words, step, notice, strings: loadStrings(lang, strings), parts: panelParts },
      {
        onAgree() {
          conditions.agree()
          host.emit('consent', { given: true })
          ask()
        },
        onAnswers(answers) {
          conditions.answer(answers)
          ask()
        },
      },
    )
  }

  function begin(): void {
    // What had the focus goes with what was asked.
    const focus = asking && mayTakeFocus(host, options) ? nextFocus() : undefined
    asking?.end()
    asking = notice = undefined
    // Until a chat has drawn itself, the first frame is on the screen.
    if (focus && !chat) host.drawFirstFrame().focus(focus)
    const present = chat ?? createChatCore(chatHost, surroundings)
    chat = present
    withAnswers(options)
    if (credentials) void present.identify(credentials)
    credentials = undefined
    isFree = true
    if (host.isOpen()) present.opened(focus)
    if (isWarm) present.warmUp()
    line.admit(present)
  }

  /** Whoever typed goes on typing: a phone's keyboard is up already, and stays. */
  function nextFocus(): FocusPlace {
    const typed = host.frame.querySelector('.before :focus:is(input:not([type=checkbox]), textarea)')
    return typed && options.focusOnOpen !== 'never' ? 'field' : openingFocus(options)
  }

  function anew(): void {
    const takesFocus = mayTakeFocus(host, options)
    isFree = false
    chat?.destroy()
    chat = undefined
    if (takesFocus) host.drawFirstFrame().focus('panel')
    ask()
  }

  async function withdraw(): Promise<void> {
    const given = conditions.isAgreed
    conditions.forget()
    if (given) host.emit('consent', { given: false })
    anew()
  }

  const whenFree = async (): Promise<WidgetCore> => (isFree && chat ? chat : line.join())

  ask()
  return {
    warmUp() {
      isWarm = true
      if (isFree) chat?.warmUp()
    },
    opened(focus) {
      if (isFree) chat?.opened(focus)
      else asking?.opened(focus)
    },
    closed() {
      if (isFree) chat?.closed()
      else asking?.closed()
    },
    goBack() {
      if (isFree) chat?.goBack()
      else host.close()
    },
    send: async (text) => (await whenFree()).send(text),
    newConversation: async () => (await whenFree()).newConversation(),
    async identify(given = {}) {
      if (chat) await chat.identify(given)
      else credentials = { ...credentials, ...given }
    },
    async logout() {
      credentials = undefined
      if (chat) return chat.logout()
      // Forgets, and asks nobody: there was no chat.
      const visitor = createVisitor(options, parts)
      visitor.logout()
      visitor.destroy()
      conditions.forget()
      ask()
    },
    withdrawConsent: withdraw,
    setOptions(drawn) {
      try {
        const next = checkOptions(drawn)
        // Compared with their defaults filled in: a new start loses what is filled in, and is worth it only for another question.
        const changed = ASKING_OPTIONS.some((name) => next[name] !== options[name])
        if (changed || agentKey(next) !== agentKey(options)) return host.restart()
        options = next
      } catch {
        // The new start tells the owner what is wrong.
        return host.restart()
      }
      chat?.setOptions(withAnswers(drawn))
      asking?.setOptions(options)
    },
    destroy() {
      isEnded = true
      clearInterval(timer)
      asking?.end()
      chat?.destroy()
      line.turnAway(new CozeChatError('aborted', 'The chat has been removed from the page.'))
    },
  }
}
