/** Finished answers and failed questions, as a screen reader should say them. */
import type { ChatMessage, ChatProblem } from '../../chat/chat-state.ts'
import type { MarkdownPart } from '../parts.ts'
import type { Strings } from '../strings/strings.ts'
import { useLoading } from '../use-part.ts'
import { isPlain } from './plain-text.ts'

/** Longer answers are cut when they are announced; the transcript has them whole. */
const MAX_SPOKEN = 1500

interface SpokenMessagesProps {
  messages: readonly ChatMessage[]
  /** Who answers, and that they said something. */
  speaker: string
  strings: Strings
}

/** Says nothing before it has all the words: what is added afterwards would be read out from the beginning. */
export function SpokenMessages(props: SpokenMessagesProps) {
  const { messages } = props
  if (messages.some(problemOf)) return <WithProblems {...props} />
  if (messages.some(({ text }) => !isPlain(text))) return <WithMarkdown {...props} />
  return <Spoken {...props} words={(text) => text} />
}

function WithMarkdown(props: SpokenMessagesProps) {
  const { loaded, failed } = useLoading('markdown')
  if (!loaded && !failed) return null
  return <Spoken {...props} words={(text) => spokenBy(loaded, text)} />
}

/** What nobody could read is said as it was written. */
function spokenBy(markdown: MarkdownPart | undefined, text: string): string {
  try {
    return markdown?.spokenText(text) ?? text
  } catch {
    return text
  }
}

function WithProblems(props: SpokenMessagesProps) {
  const { loaded, failed } = useLoading('problems')
  const { strings } = props
  if (!loaded && !failed) return null
  const sentence = (problem: ChatProblem) => loaded?.problemSentence(problem, strings) ?? strings.problemNetwork
  return <Spoken {...props} words={(text) => text} sentence={sentence} />
}

interface SpokenProps extends SpokenMessagesProps {
  words(text: string): string
  sentence?(problem: ChatProblem): string
}

function Spoken({ messages, speaker, strings, words, sentence }: SpokenProps) {
  const said = messages.map((message) => {
    const problem = problemOf(message)
    if (problem && sentence) return sentence(problem)
    const text = words(message.text.slice(0, MAX_SPOKEN))
    return message.status === 'stopped' ? `${text} ${strings.stopped}`.trim() : text
  })
  const answered = messages.some(({ role, text }) => role === 'assistant' && text !== '')
  return <>{[...(answered ? [speaker] : []), ...said].join(' ')}</>
}

function problemOf({ role, status, problem }: ChatMessage): ChatProblem | undefined {
  return problem ?? (role === 'user' && status === 'failed' ? { code: 'internal', retryable: true } : undefined)
}
