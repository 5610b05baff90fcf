/** What the composer has for agents that listen or have shortcuts. A chunk of its own. */
import { Fragment, h, type RefObject } from 'preact'
import { useEffect, useLayoutEffect, useState } from 'preact/hooks'
import composerToolStyles from './composer-tools.css?inline'
import type { CompletePanel } from './panel-props.ts'
import { ShortcutMenu } from './shortcut-menu.tsx'
import { VoiceInput } from './voice-input.tsx'
import { canRecord } from './voice-recorder.ts'

export interface ComposerToolsProps {
  panel: CompletePanel
  text: string
  input: RefObject<HTMLTextAreaElement | null>
  onText(text: string): void
}

export function ComposerTools(props: ComposerToolsProps) {
  const { panel } = props
  const { store } = panel
  const [conversationId, setConversationId] = useState(store.getState().conversationId)
  const { agent } = store.getState()
  useEffect(() => store.subscribe(() => setConversationId(store.getState().conversationId)), [])
  useLayoutEffect(() => panel.addStyles(composerToolStyles), [])
  return (
    <>
      {agent && agent.shortcuts.length > 0 && <ShortcutMenu {...props} shortcuts={agent.shortcuts} />}
      {/* Words belong where they were said: in another conversation it is another recording. */}
      {agent?.voice && canRecord() && <VoiceInput {...props} key={conversationId} />}
    </>
  )
}
