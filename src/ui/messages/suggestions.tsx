import type { ChatState } from '../../chat/chat-state.ts'
import type { Suggestion } from '../../options/widget-options.ts'
import { ownFields } from '../../platform/own-fields.ts'
import type { PanelContext } from '../panel-context.ts'
import { Icon, type IconPath } from '../theme/icons.tsx'

const ASK: IconPath = 'M4 4.5h12v9H9.5L6 16.5v-3H4Z'

interface SuggestionsProps {
  panel: PanelContext
  state: ChatState
  onAsk(text: string): void
}

/** What can be asked by a click: at the beginning, and after an answer. */
export function Suggestions({ panel, state, onAsk }: SuggestionsProps) {
  /** Nothing was said yet, and so the words are the owner's or the agent's own. */
  const opening = state.messages.length === 0
  const offered = opening ? openingOf(state, panel) : state.turn.phase === 'idle' ? state.followUps : []
  if (offered.length === 0) return null
  return (
    <ul class="chips" aria-label={panel.strings.suggestions}>
      {offered.map((each, index) => {
        const { label, icon, prompt = label } = ownFields<Suggestion>(typeof each === 'string' ? { label: each } : each)
        const choose = () => {
          const kind = opening ? 'opening' : 'followUp'
          panel.emit?.('suggestion', { kind, index, ...(opening && { label }) })
          onAsk(prompt)
        }
        return (
          <li key={label}>
            <button type="button" class="chip" part="suggestion" dir="auto" onClick={choose}>
              {icon ? <SuggestionIcon icon={icon} /> : opening && <Icon path={ASK} />}
              <span>{label}</span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function openingOf({ phase, agent }: ChatState, { suggestions }: PanelContext): readonly (string | Suggestion)[] {
  return (phase === 'ready' && (suggestions ?? agent?.suggestions)) || []
}

/** An address has a dot or a slash in it, an emoji has none. */
function SuggestionIcon({ icon }: { icon: string }) {
  const hide = ({ currentTarget }: { currentTarget: HTMLElement }) => (currentTarget.hidden = true)
  return /[./]/.test(icon) ? <img src={icon} alt="" onError={hide} /> : <span aria-hidden="true">{icon} </span>
}
