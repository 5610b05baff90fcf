/** What can be done with the conversation on screen, and whether answers are told of: behind the three dots of the header. */
import { useState } from 'preact/hooks'
import { deleteConversation } from '../conversations/delete-conversation.ts'
import { REMOVE } from '../conversations/icons.ts'
import { saveConversation } from '../conversations/save-conversation.ts'
import { NoticeSwitch } from '../part-components.tsx'
import type { HeaderMenuProps } from '../parts.ts'
import { type IconPath, icons } from '../theme/icons.tsx'
import { closeFor, MenuItem, Popup } from './popup.tsx'

const TOPIC: IconPath = 'M3.5 10h13M10 3.5v3M10 13.5v3M6.5 5l1.5 2M13.5 5l-1.5 2'
const SAVE: IconPath = 'M10 3.5v9M6 9l4 4 4-4M4 16.5h12'

export function HeaderMenu({ panel, opener, onClose, onNewConversation }: HeaderMenuProps) {
  const { strings, store } = panel
  const { conversationId, newTopic, messages } = store.getState()
  const [saving, setSaving] = useState<'begun' | 'failed'>()
  const [removing, setRemoving] = useState(false)
  const close = () => closeFor(opener, onClose)
  const save = async () => {
    setSaving('begun')
    if (await saveConversation(store, panel).catch(() => false)) {
      panel.emit?.('conversation', { action: 'save', id: conversationId })
      close()
    } else setSaving('failed')
  }

  if (removing) {
    return (
      <Popup panel={panel} label={strings.removeConversation} role="alertdialog" opener={opener} onClose={onClose}>
        <p>{strings.confirmRemove}</p>
        <div class="buttons">
          <button type="button" class="text-button" onClick={close}>
            {strings.cancel}
          </button>
          <button
            type="button"
            class="text-button danger"
            onClick={() => {
              if (conversationId !== undefined) deleteConversation(panel, conversationId)
              close()
            }}
          >
            {strings.remove}
          </button>
        </div>
      </Popup>
    )
  }
  if (messages.length === 0) {
    return (
      <Popup panel={panel} label={strings.more} role="menu" opener={opener} onClose={onClose}>
        <NoticeSwitch panel={panel} Item={MenuItem} />
      </Popup>
    )
  }
  return (
    <Popup panel={panel} label={strings.more} role="menu" opener={opener} onClose={onClose}>
      {panel.features.newConversation && (
        <MenuItem
          path={icons.compose}
          label={strings.newConversation}
          class="narrow"
          onClick={() => {
            onClose()
            onNewConversation()
          }}
        />
      )}
      {panel.notify !== 'off' && <NoticeSwitch panel={panel} Item={MenuItem} />}
      <MenuItem
        path={TOPIC}
        label={strings.clearContext}
        disabled={newTopic}
        onClick={() => {
          store.clearContext().then(() => panel.say?.(strings.contextCleared))
          panel.emit?.('conversation', { action: 'clear', id: conversationId })
          close()
        }}
      />
      <MenuItem
        path={SAVE}
        label={strings.saveConversation}
        disabled={saving === 'begun'}
        onClick={() => void save()}
      />
      <MenuItem
        path={REMOVE}
        label={strings.removeConversation}
        disabled={conversationId === undefined}
        onClick={() => setRemoving(true)}
      />
      {saving === 'failed' && (
        <p class="danger" role="alert">
          {strings.saveFailed}
        </p>
      )}
    </Popup>
  )
}
