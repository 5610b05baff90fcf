/**
 * What the parts of the panel bring that are not needed to begin a conversation. `widget/load.ts` says which file each of them is in,
 * `use-part.ts` is how components ask for them.
 */
import type { FunctionComponent, RefObject } from 'preact'
import type {
  AgentProfile,
  AgentShortcut,
  AssistantMessage,
  Attachment,
  ChatProblem,
  ChatState,
  UserMessage,
} from '../chat/chat-state.ts'
import type { ChatStore } from '../chat/chat-store.ts'
import type { ErrorCode } from '../errors.ts'
import type { HandoffContext } from '../options/handoff.ts'
import type { Part } from '../platform/part.ts'
import type { PanelContext } from './panel-context.ts'
import type { Strings } from './strings/strings.ts'
import type { IconPath } from './theme/icons.tsx'

export interface MarkdownTextProps {
  readonly panel: PanelContext
  /** Grows at its end while `revision` stays the same. */
  readonly text: string
  readonly revision: number
  /** Nothing follows. */
  readonly done: boolean
  /** Whether a picture may be loaded at once; others wait for a click. */
  imageAllowed(url: URL): boolean
  /** A picture was pressed; the button is around it. */
  onImage(button: HTMLElement): void
}

export interface MarkdownPart {
  readonly MarkdownText: FunctionComponent<MarkdownTextProps>
  readonly ReadingPosition: FunctionComponent<ReadingPositionProps>
  /** What a text says, without marks and addresses. */
  readonly spokenText: (markdown: string) => string
}

/** A piece of code in one colour. */
export interface HighlightedPiece {
  readonly text: string
  /** Becomes the class `md-k-<kind>`; empty for plain text. */
  readonly kind: string
}

export interface HighlightingPart {
  /** Returns the same text in pieces, or `undefined` for a language that nobody here knows. */
  readonly highlight: (code: string, language: string) => readonly HighlightedPiece[] | undefined
}

export interface MathPart {
  /** Returns `undefined` for what is to be read as it was written. */
  readonly drawMath: (source: string) => Node | undefined
  readonly mathStyles: string
}

export interface AttachmentListProps {
  readonly panel: PanelContext
  readonly attachments: readonly Attachment[]
}

export interface PendingUpload {
  readonly id: number
  readonly name: string
  /** An object URL for pictures. */
  readonly previewUrl: string | undefined
  /** 0 to 1. */
  readonly progress: number
  readonly failed: boolean
  readonly attachment: Attachment | undefined
}

/** A value: another one after each change. */
export interface PendingFiles {
  readonly items: readonly PendingUpload[]
  /** Of the files that were added last, some were too many, or one was too large. */
  readonly tooMany: boolean
  readonly tooLarge: File | undefined
}

export interface PendingUploads {
  getFiles(): PendingFiles
  /** Starts uploading what can be taken. */
  add(files: readonly File[]): void
  /** Stops and forgets one. */
  remove(id: number): void
  /** Hands over what has arrived and starts afresh. */
  take(): readonly Attachment[]
  /** Puts attachments back, from a question that is edited. */
  restore(attachments: readonly Attachment[]): void
  clear(): void
}

export interface AttachmentTrayProps {
  readonly panel: PanelContext
  readonly uploads: PendingUploads
  readonly files: PendingFiles
}

export interface DropTargetProps {
  readonly panel: PanelContext
  onLeave(): void
}

/** What adds words to the composer. */
export interface VoiceInputProps {
  readonly panel: PanelContext
  /** What is in the composer. */
  readonly text: string
  readonly input: RefObject<HTMLTextAreaElement | null>
  onText(text: string): void
}

export interface ShortcutMenuProps extends VoiceInputProps {
  readonly shortcuts: readonly AgentShortcut[]
}

export interface ReadAloudProps {
  readonly panel: PanelContext
  readonly message: AssistantMessage
}

/** The sound of a text. */
export type Speak = (text: string, signal: AbortSignal) => Promise<Blob>

/** Resolves when all of the text was heard, or when it was stopped. */
export type ReadText = (
  text: string,
  player: HTMLAudioElement,
  signal: AbortSignal,
  onPlaying: () => void,
) => Promise<void>

export interface AttachmentsPart {
  /** Files and pictures of a message. */
  readonly AttachmentList: FunctionComponent<AttachmentListProps>
  /** Files that go out with the next question. */
  readonly AttachmentTray: FunctionComponent<AttachmentTrayProps>
  /** Over the panel while files are dragged across it. */
  readonly DropTarget: FunctionComponent<DropTargetProps>
  readonly createPendingUploads: (store: Pick<ChatStore, 'upload'>, onChange: () => void) => PendingUploads
  /**
   * Shows a picture over the whole page.
   * @param opener what was pressed; the picture is inside it
   * @returns closes it
   */
  readonly openLightbox: (panel: PanelContext, opener: HTMLElement) => () => void
  /** Reads texts aloud: files, pictures and sound come with the same file. */
  readonly createTextReader: (speak: Speak) => ReadText
}

/** What an agent may offer beside text. */
export interface VoiceAndShortcutsPart {
  readonly ShortcutMenu: FunctionComponent<ShortcutMenuProps>
  readonly VoiceInput: FunctionComponent<VoiceInputProps>
  readonly ReadAloud: FunctionComponent<ReadAloudProps>
}

export interface ConversationDrawerProps {
  readonly panel: PanelContext
  readonly state: ChatState
  onClose(): void
  onNewConversation(): void
}

export interface HeaderMenuProps {
  readonly panel: PanelContext
  /** Has the focus again when the menu is closed by keyboard. */
  readonly opener: HTMLElement
  onClose(): void
  onNewConversation(): void
}

export interface AddMenuProps {
  readonly panel: PanelContext
  /** The button that opens it; the buttons beside it that a narrow panel hides are its further choices. */
  readonly opener: HTMLElement
  onClose(): void
  /** Lets the visitor choose files. */
  onFiles(): void
}

/** A touch that began at the header. */
export type FollowSwipe = (
  touch: { readonly target: EventTarget; readonly startY: number; readonly startedAt: number },
  frame: HTMLElement,
  onClose: () => void,
) => void

export interface ReadingPositionProps {
  readonly panel: PanelContext
  /** A reversed column, whose position 0 is the end, unless it is `anchored`. */
  readonly scroller: RefObject<HTMLElement | null>
  /** What is scrolled; as high as what is drawn in it. */
  readonly list: RefObject<HTMLElement | null>
  readonly state: ChatState
  /** Index of the first message that is drawn. */
  readonly start: number
  /** Asks for another first message. */
  onStart(index: number): void
  /** The answer is read from its beginning: position 0 is the beginning, and what grows at the end moves nothing. */
  readonly anchored: boolean
  /** Asks for the end, and that it be kept in view. */
  onEnd(): void
}

/** What was said before: other conversations; and the menus. */
export interface ConversationsPart {
  readonly ConversationDrawer: FunctionComponent<ConversationDrawerProps>
  readonly HeaderMenu: FunctionComponent<HeaderMenuProps>
  readonly AddMenu: FunctionComponent<AddMenuProps>
  readonly followSwipe: FollowSwipe
}

export interface ReasoningAndStepsProps {
  readonly panel: PanelContext
  readonly message: AssistantMessage
}

export interface StepsPart {
  readonly ReasoningAndSteps: FunctionComponent<ReasoningAndStepsProps>
}

export interface DislikeFormProps {
  readonly panel: PanelContext
  readonly message: AssistantMessage
}

export interface QuestionEditorProps {
  readonly panel: PanelContext
  readonly message: UserMessage
  /** The editor is no longer needed. */
  onClose(): void
}

/** What opens from the buttons of a message. */
export interface MessageActionsPart {
  /** After a thumb down: asks why. */
  readonly DislikeForm: FunctionComponent<DislikeFormProps>
  /** In the place of the newest question: puts it in other words. */
  readonly QuestionEditor: FunctionComponent<QuestionEditorProps>
}

export interface LinkedTextProps {
  /** With links as in Markdown. */
  readonly text: string
}

export interface LinksPart {
  readonly LinkedText: FunctionComponent<LinkedTextProps>
}

export interface DeletionToolsProps {
  readonly panel: PanelContext
}

/** What a visitor can do about what is kept of them. */
export interface DeletionPart {
  readonly DeletionTools: FunctionComponent<DeletionToolsProps>
}

export interface BackdropProps {
  readonly panel: PanelContext
  readonly agent: AgentProfile | undefined
}

export interface BackdropPart {
  readonly Backdrop: FunctionComponent<BackdropProps>
}

export interface NoticesProps {
  readonly panel: PanelContext
  /** What the chat is called. */
  readonly name: string
}

export interface MenuItemProps {
  readonly path: IconPath
  readonly label: string
  readonly disabled?: boolean
  /** It is a switch, and this is how it stands. */
  readonly checked?: boolean
  readonly class?: string
  onClick(): void
}

export interface NoticeSwitchProps {
  readonly panel: PanelContext
  /** The menu's own, so that the two parts share no file. */
  readonly Item: FunctionComponent<MenuItemProps>
}

export interface NoticesPart {
  /** Tells of answers that are not seen. */
  readonly Notices: FunctionComponent<NoticesProps>
  /** The visitor's switch for that, among the choices of a menu. */
  readonly NoticeSwitch: FunctionComponent<NoticeSwitchProps>
}

export interface HandoffProps {
  readonly panel: Pick<PanelContext, 'handoff' | 'lang' | 'emit' | 'addStyles'>
  readonly from: HandoffContext['from']
  /** Of the failure that it stands beside. */
  readonly code?: ErrorCode
}

export interface HandoffPart {
  /** The way to a person; nothing where the owner has given none. */
  readonly HandoffButton: FunctionComponent<HandoffProps>
}

/** `edit`: give the question back to the composer. `new`: start a new conversation. `none`: nothing the visitor does would help. */
export type ProblemAction = 'retry' | 'edit' | 'new' | 'none'

export interface ProblemNoticeProps {
  readonly panel: Pick<
    PanelContext,
    'strings' | 'lang' | 'clock' | 'addStyles' | 'signInUrl' | 'onSignIn' | 'handoff' | 'emit'
  >
  readonly problem: ChatProblem
  /** Nobody can chat at all. */
  readonly shut?: boolean
  onAction(action: ProblemAction): void
  /** Takes the place of a button that would only try again. */
  readonly onDismiss?: (() => void) | undefined
}

export interface ProblemsPart {
  readonly ProblemNotice: FunctionComponent<ProblemNoticeProps>
  readonly problemSentence: (problem: ChatProblem, strings: Strings) => string
}

export interface Parts {
  readonly markdown: Part<MarkdownPart>
  readonly highlighting: Part<HighlightingPart>
  readonly math: Part<MathPart>
  readonly attachments: Part<AttachmentsPart>
  readonly voiceAndShortcuts: Part<VoiceAndShortcutsPart>
  readonly conversations: Part<ConversationsPart>
  readonly steps: Part<StepsPart>
  readonly messageActions: Part<MessageActionsPart>
  readonly problems: Part<ProblemsPart>
  readonly links: Part<LinksPart>
  readonly deletion: Part<DeletionPart>
  readonly backdrop: Part<BackdropPart>
  readonly handoff: Part<HandoffPart>
  readonly notices: Part<NoticesPart>
}

export type ModuleOf<Of> = Of extends Part<infer Module> ? Module : never
