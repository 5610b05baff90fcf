import { createRef, h } from 'preact'
import type { AssistantMessage, ChatProblem, ChatState } from '../chat/chat-state.ts'
import type { Question } from '../chat/chat-transport.ts'
import { finishedAnswers } from './announcement.ts'
import { ConversationDrawer, DropTarget, ProblemSpeech, startUploads } from './chunks.ts'
import { component } from './component.ts'
import { Composer } from './composer.tsx'
import { createDrafts } from './drafts.ts'
import { Header } from './header.tsx'
import { MessageList } from './message-list.tsx'
import { SpokenText } from './message-text.tsx'
import type { PanelContext } from './panel-props.ts'
import type { PendingUploads } from './pending-uploads.ts'
import { Problem } from './problem.tsx'
import type { Strings } from './strings.ts'
import { watchStore } from './watch-store.ts'

export const Panel = component<{ panel: PanelContext }>((life, { panel: { store } }) => {
  const root = createRef<HTMLElement>()
  const input = createRef<HTMLTextAreaElement>()
  const drafts = createDrafts()
  let state = store.getState()
  let uploads: PendingUploads | undefined
  let spoken: readonly AssistantMessage[] = []
  let dismissed: ChatProblem | undefined
  let dragging = false
  /** How often the list of conversations was opened, while it is open. */
  let drawer = 0

  const stopWatching = watchStore(store, (next) => {
    const before = state
    state = next
    // The one place that speaks up: a finished answer, once. The transcript itself stays silent while it grows.
    const finished = finishedAnswers(before, next)
    if (finished.length > 0) spoken = finished
    // What was said belongs to the conversation, and goes with it: nobody else may come upon it.
    else if (next.turn.phase === 'waiting' || next.conversationId !== before.conversationId) spoken = []
    life.redraw()
  })
  const ending = new AbortController()
  for (const type of ['online', 'offline']) addEventListener(type, life.redraw, ending)
  life.ended = () => {
    stopWatching()
    ending.abort()
    uploads?.clear()
  }

  /** After a button that is about to vanish: the keyboard goes on where one would go on. On a phone that must not call up the keyboard. */
  const settleFocus = () => {
    if (matchMedia('(hover: hover)').matches) input.current?.focus()
    else root.current?.querySelector<HTMLElement>('[role=log]')?.focus({ preventScroll: true })
  }
  const draft = () => drafts.get(state.conversationId)
  const setDraft = (text: string) => {
    drafts.set(state.conversationId, text)
    life.redraw()
  }
  const setDragging = (is: boolean) => {
    dragging = is
    life.redraw()
  }
  const withUploads = (use: (uploads: PendingUploads) => void) => {
    startUploads(store, life.redraw).then(
      (started) => {
        uploads ??= started
        use(uploads)
      },
      // Without the chunk things stay as they are.
      () => {},
    )
  }
  const restore = ({ attachments }: Question) => {
    if (attachments.length > 0) withUploads((started) => started.restore(attachments))
  }
  const addFiles = (list: FileList) => {
    // The list is empty once its event is over.
    const files = [...list]
    withUploads((started) => started.add(files))
  }
  const edit = async (messageKey: string) => {
    const question = await store.withdraw(messageKey)
    if (!question) return
    setDraft([question.text, draft()].filter(Boolean).join('\n'))
    restore(question)
    input.current?.focus()
  }

  return ({ panel }) => {
    const { strings, layout } = panel
    const name = panel.title || state.agent?.name || strings.assistant
    const said = strings.agentSaid.replace('{name}', () => name)
    const failed = state.phase === 'failed'
    const problem = state.problem === dismissed ? undefined : state.problem

    return (
      // biome-ignore lint/a11y/useAriaPropsSupportedByRole: modal only where the role is dialog
      <section
        ref={root}
        class="panel"
        part="panel"
        dir={panel.dir}
        lang={panel.lang}
        data-layout={layout}
        role={layout === 'inline' ? 'region' : 'dialog'}
        aria-modal={layout === 'fullscreen' || undefined}
        aria-label={name}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || event.isComposing || layout === 'inline') return
          event.stopPropagation()
          panel.onClose()
        }}
        onDragOver={(event) => {
          if (!event.dataTransfer?.types.includes('Files')) return
          event.preventDefault()
          setDragging(true)
        }}
        onDrop={(event) => {
          if (!dragging) return
          event.preventDefault()
          setDragging(false)
          if (event.dataTransfer) addFiles(event.dataTransfer.files)
        }}
      >
        <Header
          panel={panel}
          name={name}
          iconUrl={panel.icon || state.agent?.iconUrl}
          status={statusLine(state, strings)}
          fresh={state.phase !== 'ready' || state.messages.length === 0}
          onNewConversation={() => {
            store.newConversation()
            settleFocus()
          }}
          onConversations={() => {
            store.loadConversations()
            drawer++
            life.redraw()
          }}
        />
        <MessageList
          panel={panel}
          state={state}
          said={said}
          onAsk={(text) => {
            store.send(text)
            settleFocus()
          }}
          onEdit={edit}
        />
        <div class="footer">
          {problem ? (
            <div role="alert">
              <Problem
                panel={panel}
                problem={problem}
                onAction={(action) => {
                  if (action === 'new') store.newConversation()
                  else store.open()
                  settleFocus()
                }}
                // An open chat has nothing to open again: the sentence is read and put away.
                onDismiss={
                  failed
                    ? undefined
                    : () => {
                        dismissed = problem
                        life.redraw()
                        settleFocus()
                      }
                }
              />
            </div>
          ) : (
            !navigator.onLine && (
              <p class="footnote" role="status">
                {strings.offline}
              </p>
            )
          )}
          <Composer
            panel={panel}
            agent={state.agent}
            text={draft()}
            uploads={uploads}
            files={uploads?.getFiles()}
            busy={state.turn.phase !== 'idle'}
            blocked={failed && problem?.retryable === false}
            input={input}
            onText={setDraft}
            onFiles={addFiles}
            onSend={(question) => {
              setDraft('')
              store.send(question)
            }}
            onStop={() => {
              store.stop()
              settleFocus()
            }}
          />
          {panel.disclaimer && <p class="disclaimer">{panel.disclaimer}</p>}
        </div>
        <div class="hidden" role="status" aria-live="polite">
          {spoken.length > 0 && said}
          {spoken.map((message) => [
            ' ',
            message.problem ? (
              <ProblemSpeech panel={panel} problem={message.problem} />
            ) : (
              <SpokenText panel={panel} text={message.text} />
            ),
          ])}
        </div>
        {dragging && <DropTarget panel={panel} onLeave={() => setDragging(false)} />}
        {drawer > 0 && (
          <ConversationDrawer
            // Opened again after it could not be loaded, it is loaded again.
            key={drawer}
            panel={panel}
            state={state}
            onClose={() => {
              drawer = 0
              life.redraw()
              settleFocus()
            }}
          />
        )}
      </section>
    )
  }
})

function statusLine({ phase, turn }: ChatState, strings: Strings): string {
  if (phase === 'opening') return strings.connecting
  if (turn.phase === 'streaming') return strings.writing
  return turn.phase === 'waiting' || turn.phase === 'acting' ? strings.thinking : ''
}
