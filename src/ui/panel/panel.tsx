import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { ChatProblem, ChatState } from '../../chat/chat-state.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import { usePendingFiles } from '../attachments/use-pending-files.ts'
import { Composer } from '../composer/composer.tsx'
import { transferredText } from '../composer/transferred-text.ts'
import { useDraft } from '../composer/use-draft.ts'
import { MessageList } from '../messages/message-list.tsx'
import { SpokenMessages } from '../messages/spoken-message.tsx'
import type { PanelContext } from '../panel-context.ts'
import { Backdrop, ConversationDrawer, DropTarget, LinkedText } from '../part-components.tsx'
import { Problem } from '../problems/problem.tsx'
import type { Strings } from '../strings/strings.ts'
import baseStyles from '../theme/base.css?inline'
import { useStyles } from '../theme/use-styles.ts'
import { focusFront } from './focus-front.ts'
import { Header } from './header.tsx'
import panelStyles from './panel.css?inline'
import { useChatState } from './use-chat-state.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useOnline } from './use-online.ts'

interface PanelProps {
  panel: PanelContext
  /** What was typed before there was a panel. */
  draft?: string | undefined
  /** What the first frame called the chat. */
  firstName?: string | undefined
}

export function Panel({ panel: given, draft: typedBefore = '', firstName = '' }: PanelProps) {
  /** What has happened besides questions and answers, in words, and how often anything has. */
  const [said, setSaid] = useState({ words: '', count: 0 })
  const panel = useMemo(
    () => ({ ...given, say: (words: string) => setSaid(({ count }) => ({ words, count: count + 1 })) }),
    [given],
  )
  useStyles(panel, baseStyles)
  useStyles(panel, panelStyles)
  const { store, strings, layout } = panel
  const root = useRef<HTMLElement>(null)
  const input = useRef<HTMLTextAreaElement>(null)
  const { state, announced } = useChatState(store)
  const online = useOnline()
  const draft = useDraft(state.conversationId, typedBefore)
  const files = usePendingFiles(store)
  const [dismissed, dismiss] = useState<ChatProblem>()
  const [dragging, setDragging] = useState(false)
  /** How often the list of conversations was opened, while it is open; otherwise 0. */
  const [drawer, setDrawer] = useState(0)

  /** The same functions for the life of the panel, so that messages and header are not drawn again. */
  const actions = useMemo(() => {
    /** After a button that is about to vanish: the keyboard goes on where one would go on. On a phone that must not call up the keyboard. */
    const settleFocus = () => focusFront(root.current)
    return {
      settleFocus,
      startConversation() {
        store.newConversation()
        given.tell?.('conversation', { action: 'new', id: undefined })
        settleFocus()
      },
      showConversations() {
        store.loadConversations()
        setDrawer((openings) => openings + 1)
      },
      ask(text: string) {
        store.send(text)
        settleFocus()
      },
      take(dropped: DataTransfer) {
        const text = transferredText(dropped)
        if (text) draft.set([draft.get(), text].filter(Boolean).join('\n'))
        else files.add([...dropped.files])
        input.current?.focus()
      },
      async edit(messageKey: string) {
        const question = await store.withdraw(messageKey)
        if (!question) return
        draft.set([question.text, draft.get()].filter(Boolean).join('\n'))
        files.restore(question.attachments)
        input.current?.focus()
      },
    }
  }, [store, draft, files])

  useKeptFocus(root, actions.settleFocus)
  const listed = useRef(false)
  useLayoutEffect(() => {
    // Only now can what was behind the list have the focus.
    if (listed.current && drawer === 0) actions.settleFocus()
    listed.current = drawer > 0
  }, [drawer])

  const opening = state.phase === 'idle' || state.phase === 'opening'
  const agentName = panel.title || state.agent?.name
  // Until it is known what the agent is called, the name of the first frame stays.
  const name = agentName || (opening && firstName) || strings.assistant
  const speaker = strings.agentSaid.replace('{name}', () => name)
  const failed = state.phase === 'failed'
  const problem = state.problem === dismissed ? undefined : state.problem
  /** Nobody can chat, and there is nothing to read. */
  const fatal = failed && problem && state.messages.length === 0
  const blocked = failed && problem?.retryable === false

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: modal only where the role is dialog
    <section
      ref={root}
      class="panel"
      part="panel"
      dir={panel.dir}
      lang={panel.lang}
      data-layout={layout}
      data-density={panel.density}
      data-fatal={fatal ? '' : undefined}
      role={layout === 'inline' ? 'region' : 'dialog'}
      aria-modal={layout === 'fullscreen' || undefined}
      aria-label={name}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || isOfInputMethod(event) || layout === 'inline') return
        event.stopPropagation()
        if (drawer > 0) setDrawer(0)
        else panel.onClose()
      }}
      onDragOver={(event) => {
        if (!panel.features.upload || !event.dataTransfer?.types.includes('Files')) return
        event.preventDefault()
        setDragging(true)
      }}
      onDrop={(event) => {
        if (!dragging) return
        event.preventDefault()
        setDragging(false)
        if (event.dataTransfer) actions.take(event.dataTransfer)
      }}
    >
      <Header
        panel={panel}
        name={name}
        initial={agentName || !opening ? [...name][0] : ''}
        iconUrl={panel.icon || state.agent?.iconUrl}
        status={statusLine(state, strings)}
        late={state.phase === 'opening'}
        fresh={state.phase !== 'ready' || state.messages.length === 0}
        onNewConversation={actions.startConversation}
        onConversations={actions.showConversations}
      />
      <MessageList panel={panel} state={state} speaker={speaker} onAsk={actions.ask} onEdit={actions.edit} />
      <div class="footer">
        {problem && (
          <div role="alert">
            <Problem
              panel={panel}
              problem={problem}
              shut={failed}
              onAction={(action) => {
                if (action === 'new') actions.startConversation()
                else {
                  store.open()
                  actions.settleFocus()
                }
              }}
              // An open chat has nothing to open again: the sentence is read and put away.
              onDismiss={
                failed
                  ? undefined
                  : () => {
                      dismiss(problem)
                      actions.settleFocus()
                    }
              }
            />
          </div>
        )}
        {panel.Note && <panel.Note panel={panel} state={state} />}
        {!problem && !online && (
          <p class="footnote" role="status">
            {strings.offline}
          </p>
        )}
        <Composer
          panel={panel}
          state={state}
          text={draft.get()}
          uploads={files.uploads()}
          blocked={blocked}
          // A field of no use is a trap, unless there are words in it.
          hidden={fatal && blocked && !draft.get()}
          input={input}
          onText={draft.set}
          onFiles={(added) => files.add([...added])}
          onSend={(question) => {
            draft.set('')
            store.send(question)
          }}
          onStop={() => {
            store.stop()
            actions.settleFocus()
          }}
        />
        {panel.disclaimer && (
          <p class="disclaimer">
            {panel.disclaimer.includes('](') ? <LinkedText text={panel.disclaimer} /> : panel.disclaimer}
          </p>
        )}
      </div>
      {/* The two places that speak up: for a finished answer or a failed question, and for what a button did. The transcript itself is silent. */}
      <div class="hidden" role="status" aria-live="polite">
        {announced.length > 0 && <SpokenMessages messages={announced} speaker={speaker} strings={strings} />}
      </div>
      <div class="hidden" aria-live="polite">
        {said.words && <span key={said.count}>{said.words}</span>}
      </div>
      {panel.background && <Backdrop panel={panel} agent={state.agent} />}
      {dragging && <DropTarget panel={panel} onLeave={() => setDragging(false)} />}
      {drawer > 0 && (
        <ConversationDrawer
          // Opened again after it could not be loaded, it is loaded again.
          key={drawer}
          panel={panel}
          state={state}
          onClose={() => setDrawer(0)}
          onNewConversation={actions.startConversation}
        />
      )}
    </section>
  )
}

function statusLine({ phase, turn }: ChatState, strings: Strings): string {
  if (phase === 'opening') return strings.connecting
  if (turn.phase === 'streaming') return strings.writing
  return turn.phase === 'waiting' || turn.phase === 'acting' ? strings.thinking : ''
}
