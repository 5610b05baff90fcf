/** Components whose code is in one of the parts. Each draws nothing until its part has come. */
import type { FunctionComponent } from 'preact'
import { ErrorBoundary } from './error-boundary.ts'
import type { ModuleOf, Parts } from './parts.ts'
import { usePart } from './use-part.ts'

type PropsOf<Each> = Each extends FunctionComponent<infer Props> ? Props : never

function partComponent<Name extends keyof Parts, Component extends keyof ModuleOf<Parts[Name]>>(
  name: Name,
  component: Component,
): FunctionComponent<PropsOf<ModuleOf<Parts[Name]>[Component]>> {
  return (props) => {
    const Loaded = usePart(name)?.[component] as FunctionComponent<object> | undefined
    return Loaded ? (
      <ErrorBoundary>
        <Loaded {...props} />
      </ErrorBoundary>
    ) : null
  }
}

export const AttachmentList = partComponent('attachments', 'AttachmentList')
export const AttachmentTray = partComponent('attachments', 'AttachmentTray')
export const DropTarget = partComponent('attachments', 'DropTarget')

export const ShortcutMenu = partComponent('voiceAndShortcuts', 'ShortcutMenu')
export const VoiceInput = partComponent('voiceAndShortcuts', 'VoiceInput')
export const ReadAloud = partComponent('voiceAndShortcuts', 'ReadAloud')

export const ConversationDrawer = partComponent('conversations', 'ConversationDrawer')
export const AddMenu = partComponent('conversations', 'AddMenu')
export const HeaderMenu = partComponent('conversations', 'HeaderMenu')
export const ReadingPosition = partComponent('markdown', 'ReadingPosition')

export const LinkedText = partComponent('links', 'LinkedText')

export const DeletionTools = partComponent('deletion', 'DeletionTools')

export const ReasoningAndSteps = partComponent('steps', 'ReasoningAndSteps')

export const DislikeForm = partComponent('messageActions', 'DislikeForm')
export const Backdrop = partComponent('backdrop', 'Backdrop')
export const HandoffButton = partComponent('handoff', 'HandoffButton')
export const Notices = partComponent('notices', 'Notices')
export const NoticeSwitch = partComponent('notices', 'NoticeSwitch')

export const QuestionEditor = partComponent('messageActions', 'QuestionEditor')
