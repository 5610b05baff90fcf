import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ChatMessage, ChatProblem, ChatState, TurnPhase } from '../chat/chat-state.ts'
import type { Question } from '../chat/chat-transport.ts'
import { finishedAnswers, spokenText } from './announcement.ts'
import { drawerChunk } from './chunks.ts'
import { Composer } from './composer.tsx'
import { formatsFor } from './formats.ts'
import { Header } from './header.tsx'
import { MessageList } from './message-list.tsx'
import type { PanelContext } from './panel-props.ts'
import { ProblemNotice } from './problem-notice.tsx'
import { problemAction, problemSentence } from './problem-text.ts'
import { fill, type Strings } from './strings.ts'
import { useDraft } from './use-draft.ts'
import { useOnline } from './use-online.ts'
import { useStore } from './use-store.ts'
import { useUploads } from './use-uploads.ts'

export function Panel({ panel }: { panel: PanelContext }) {
  const { store, strings } = panel
  const state = useStore(store)
  const online = useOnline()
  const root = useRef<HTMLElement>(null)
  const input = useRef<HTMLTextAreaElement>(null)
  const [draft, setDraft] = useDraft(state.conversationId, state.phase === 'idle')
  const uploads = useUploads(store)
  const [complaint, setComplaint] = useState('')
  const [drawerOpen, setDrawerOpen] = useState(false)
  const drawer = drawerChunk.use(drawerOpen)
  const [dragging, setDragging] = useState(false)

  // A reset is a logout or another user: nothing of the last one may stay.
  useEffect(() => {
    if (state.phase === 'idle') {
      uploads.current?.clear()
      setDrawerOpen(false)
    }
  }, [state.phase])

  const name = panel.title || state.agent?.name || strings.assistant
  const [dismissed, setDismissed] = useState<ChatProblem>()
  const problem = panel.problem ?? (state.problem === dismissed ? undefined : state.problem)
  const action = problem && problemAction(problem)
  const busy = state.turn.phase !== 'idle'

  /** After a button that is about to vanish: the keyboard goes on where one would go on. On a phone that must not call up the keyboard. */
  const settleFocus = () => {
    if (matchMedia('(hover: hover)').matches) input.current?.focus()
    else root.current?.querySelector<HTMLElement>('[role=log]')?.focus({ preventScroll: true })
  }
  const restore = ({ attachments }: Question) => {
    if (attachments.length > 0) uploads.start().then((started) => started.restore(attachments), ignore)
  }
  const addFiles = async (files: readonly File[]) => {
    const started = await uploads.start()
    const { tooLarge, tooMany } = started.add(files)
    const size = formatsFor(panel.lang).megabytes(started.maxBytes)
    setComplaint(
      tooLarge
        ? fill(strings.fileTooLarge, { name: tooLarge.name, size })
        : tooMany
          ? fill(strings.tooManyFiles, { count: started.maxFiles })
          : '',
    )
  }
  const ask = (question: Question) => {
    store.send(question).catch(() => {
      // A question that became a message has its own button; any other comes back to the composer.
      const shown = store.getState().messages.some(({ role, text }) => role === 'user' && text === question.text)
      if (shown) return
      setDraft((text) => text || question.text)
      restore(question)
    })
  }
  const askText = (text: string) => {
    ask({ text, attachments: [] })
    settleFocus()
  }
  // Of one identity, so that messages are not drawn again for it.
  const edit = useCallback(
    (messageKey: string) => {
      const question = store.withdraw(messageKey) ?? questionBehind(messageKey, store.getState().messages)
      if (!question) return
      setDraft((text) => (text ? `${question.text}\n${text}` : question.text))
      restore(question)
      input.current?.focus()
    },
    [state.conversationId],
  )
  const newConversation = () => {
    store.newConversation()
    settleFocus()
  }
  const showConversations = () => {
    store.loadConversations()
    // Without the chunk there is nothing to open; the button can be pressed again.
    drawerChunk.load().then(() => setDrawerOpen(true), ignore)
  }

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: modal only where the role is dialog
    <section
      ref={root}
      class="panel"
      part="panel"
      dir={panel.dir}
      lang={panel.lang}
      data-layout={panel.layout}
      role={panel.layout === 'inline' ? 'region' : 'dialog'}
      aria-modal={panel.layout === 'fullscreen' ? true : undefined}
      aria-label={name}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing || panel.layout === 'inline') return
        event.stopPropagation()
        panel.onClose()
      }}
      onDragOver={(event) => {
        if (!panel.features?.attachments || !event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setDragging(true)
      }}
      onDragLeave={(event) => {
        if (!root.current?.contains(event.relatedTarget as Node | null)) setDragging(false)
      }}
      onDrop={(event) => {
        if (!dragging) return
        event.preventDefault()
        setDragging(false)
        addFiles([...(event.dataTransfer?.files ?? [])]).catch(ignore)
      }}
    >
      <Header
        panel={panel}
        name={name}
        iconUrl={panel.icon || state.agent?.iconUrl}
        status={statusLine(panel, state, strings)}
        fresh={state.phase !== 'ready' || state.messages.length === 0}
        onNewConversation={newConversation}
        onConversations={showConversations}
      />
      <MessageList panel={panel} state={state} agentName={name} onAsk={askText} onEdit={edit} />
      <footer class="footer">
        {problem ? (
          <div role="alert">
            <ProblemNotice
              panel={panel}
              problem={problem}
              onAction={() => {
                if (panel.problem) panel.onRetry()
                else if (action === 'new') store.newConversation()
                else store.open()
                settleFocus()
              }}
              // An open chat has nothing to open again: the sentence is read and put away.
              onDismiss={
                panel.problem || state.phase === 'failed' || action === 'new'
                  ? undefined
                  : () => {
                      setDismissed(problem)
                      settleFocus()
                    }
              }
            />
          </div>
        ) : (
          !online && (
            <p class="notice" role="status">
              {strings.offline}
            </p>
          )
        )}
        {complaint && (
          <p class="notice" role="alert">
            {complaint}
          </p>
        )}
        <Composer
          panel={panel}
          text={draft}
          uploads={uploads.current}
          busy={busy}
          blocked={panel.problem !== undefined || (state.phase === 'failed' && action === 'none')}
          input={input}
          onText={(text) => setDraft(() => text)}
          onFiles={(files) => addFiles(files).catch(ignore)}
          onSend={(question) => {
            setDraft(() => '')
            setComplaint('')
            ask(question)
          }}
          onStop={() => {
            store.stop()
            settleFocus()
          }}
        />
        {panel.disclaimer && <p class="disclaimer">{panel.disclaimer}</p>}
      </footer>
      <Announcer strings={strings} state={state} name={name} />
      {dragging && <div class="drop">{strings.dropHere}</div>}
      {drawer && (
        <drawer.ConversationDrawer
          panel={panel}
          state={state}
          onClose={() => {
            setDrawerOpen(false)
            settleFocus()
          }}
        />
      )}
    </section>
  )
}

/** A chunk that cannot be loaded leaves things as they are. */
function ignore() {}

/** What was asked before a message, or by it. */
function questionBehind(messageKey: string, messages: readonly ChatMessage[]): Question | undefined {
  const index = messages.findIndex(({ key }) => key === messageKey)
  return messages.slice(0, index + 1).findLast(({ role }) => role === 'user')
}

function statusLine(panel: PanelContext, state: ChatState, strings: Strings): string {
  if (panel.connecting || state.phase === 'opening') return strings.connecting
  const lines: Partial<Record<TurnPhase, string>> = {
    waiting: strings.thinking,
    acting: strings.thinking,
    streaming: strings.writing,
  }
  return lines[state.turn.phase] ?? ''
}

/** The one place that speaks up: a finished answer, once. The transcript itself stays silent while it grows. */
function Announcer({ strings, state, name }: { strings: Strings; state: ChatState; name: string }) {
  const before = useRef(state)
  const [spoken, setSpoken] = useState('')
  useLayoutEffect(() => {
    const finished =
      before.current.conversationId === state.conversationId
        ? finishedAnswers(before.current.messages, state.messages)
        : []
    before.current = state
    if (finished.length > 0) {
      const parts = finished.map((message) =>
        message.problem ? problemSentence(message.problem, strings) : spokenText(message.text),
      )
      setSpoken(`${fill(strings.agentSaid, { name })} ${parts.join(' ')}`)
    } else if (state.turn.phase === 'waiting') {
      setSpoken('')
    }
  }, [state])
  return (
    <div class="hidden" role="status" aria-live="polite">
      {spoken}
    </div>
  )
}
