import { useRef, useState } from 'preact/hooks'
import type { ChatProblem } from '../../chat/chat-state.ts'
import { isOfInputMethod } from '../../platform/page/input-method.ts'
import { usePendingFiles } from '../attachments/use-pending-files.ts'
import { Composer } from '../composer/composer.tsx'
import { useDraft } from '../composer/use-draft.ts'
import { MessageList } from '../messages/message-list.tsx'
import type { PanelContext } from '../panel-context.ts'
import { Backdrop, ConversationDrawer, DropTarget, LinkedText } from '../part-components.tsx'
import baseStyles from '../theme/base.css?inline'
import { useStyles } from '../theme/use-styles.ts'
import { Header } from './header.tsx'
import { LiveRegions } from './live-regions.tsx'
import panelStyles from './panel.css?inline'
import { isOpening, namesOf, standingOf, statusLine } from './panel-facts.ts'
import { ProblemBar } from './problem-bar.tsx'
import { useChatState } from './use-chat-state.ts'
import { useDrawer } from './use-drawer.ts'
import { useDropTarget } from './use-drop-target.ts'
import { useKeptFocus } from './use-kept-focus.ts'
import { useOnline } from './use-online.ts'
import { usePanelActions } from './use-panel-actions.ts'
import { useSaid } from './use-said.ts'

interface PanelProps {
  panel: PanelContext
  /** What was typed before there was a panel. */
  draft?: string | undefined
  /** What the first frame called the chat. */
  firstName?: string | undefined
}

export function Panel({ panel: given, draft: typedBefore = '', firstName = '' }: PanelProps) {
  const { panel, said } = useSaid(given)
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
  const settleFocus = useKeptFocus(root, panel)
  const actions = usePanelActions(panel, { draft, files, input, settleFocus })
  const drawer = useDrawer(store, settleFocus)
  const drop = useDropTarget({ enabled: panel.features.upload, onDrop: actions.take })
  const { name, initial, speaker } = namesOf(panel, state, firstName)
  const opening = isOpening(state)
  const ready = state.phase === 'ready'
  const empty = state.messages.length === 0
  const begun = useRef(false)
  // While another conversation is on its way, what was is kept.
  if (ready || !empty) begun.current = !empty
  const { problem, failed, fatal, blocked } = standingOf(state, dismissed)

  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: modal only where the role is dialog
    <section
      ref={root}
      class="panel"
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
        if (drawer.presses > 0) drawer.close()
        else panel.onClose()
      }}
      {...drop.listeners}
    >
      <Header
        panel={panel}
        name={name}
        initial={initial}
        iconUrl={panel.icon || state.agent?.iconUrl}
        status={statusLine(state, strings)}
        begun={begun.current}
        empty={!ready || empty}
        onNewConversation={actions.startConversation}
        onConversations={drawer.open}
      />
      <MessageList
        panel={panel}
        state={state}
        speaker={speaker}
        opening={opening}
        onAsk={actions.ask}
        onEdit={actions.edit}
      />
      <div class="footer">
        {problem && (
          <ProblemBar
            panel={panel}
            problem={problem}
            failed={failed}
            onNewConversation={actions.startConversation}
            onReopen={actions.reopen}
            onDismiss={() => {
              dismiss(problem)
              settleFocus()
            }}
          />
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
          onSend={actions.send}
          onStop={actions.stop}
        />
        {panel.disclaimer && (
          <p class="disclaimer">
            {panel.disclaimer.includes('](') ? <LinkedText text={panel.disclaimer} /> : panel.disclaimer}
          </p>
        )}
      </div>
      <LiveRegions announced={announced} said={said} speaker={speaker} strings={strings} />
      {panel.background && <Backdrop panel={panel} agent={state.agent} />}
      {drop.dragging && <DropTarget panel={panel} onLeave={drop.leave} />}
      {drawer.presses > 0 && (
        <ConversationDrawer
          key={drawer.presses}
          panel={panel}
          state={state}
          onClose={drawer.close}
          onNewConversation={actions.startConversation}
        />
      )}
    </section>
  )
}
