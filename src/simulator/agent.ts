/** The agent: a question and what was said before in, a plan for the turn out. Pure. */
import { answerFromMemory, learn } from './agent-memory.ts'
import { runCommand } from './commands.ts'
import type { Language } from './language.ts'
import type { SentAttachment, SentContent } from './message-content.ts'
import { GENERAL_FOLLOW_UPS, generalAnswer, smallTalk } from './small-talk.ts'
import type { Refusal, TurnPlan } from './turn-plan.ts'

export interface AgentInput {
  question: SentContent
  /** What the visitor said before in this section, oldest first. */
  said: readonly string[]
  language: Language
  /** The session's variables `name`, `age` and `job` are known without being told. */
  variables: Record<string, string>
  /** A question node waits for this message. */
  asked: boolean
  /** Where the simulator's own pictures are. */
  origin: string
}

export function decide(input: AgentInput): TurnPlan | Refusal {
  const { question, said, language, variables, asked } = input
  const followUps = GENERAL_FOLLOW_UPS[language]
  const text = question.text.trim()
  if (text.startsWith('/')) {
    const plan = runCommand(text, language, input.origin)
    if (plan !== undefined) return plan
  }
  if (asked) {
    const answer = language === 'zh' ? `好的，${text}，已为你下单 ☕` : `Done: ${text} it is. Your order is in ☕`
    return { steps: [{ type: 'answer', text: answer }], followUps }
  }
  if (question.attachments.length > 0) {
    return { steps: [{ type: 'answer', text: thanksFor(question.attachments, language) }], followUps }
  }
  const remembered = answerFromMemory(text, learn([...said, text], variables), language)
  if (remembered !== undefined) return { steps: [{ type: 'answer', text: remembered }], followUps }
  const known = smallTalk(text, language)
  if (known === undefined) return { steps: [{ type: 'answer', text: generalAnswer(text, language) }], followUps }
  return {
    steps: [
      ...(known.source === undefined ? [] : [{ type: 'knowledge' as const, text: known.source }]),
      { type: 'answer', text: known.answer },
    ],
    followUps: known.followUps,
  }
}

/** How the turn goes on once the page has run its functions. */
export function decideAfterTools(outputs: readonly string[], language: Language): TurnPlan {
  const results = outputs.map((output) => `\`\`\`json\n${output}\n\`\`\``).join('\n\n')
  const text = language === 'zh' ? `页面返回了：\n\n${results}` : `The page answered:\n\n${results}`
  return { steps: [{ type: 'answer', text }], followUps: GENERAL_FOLLOW_UPS[language] }
}

function thanksFor(attachments: readonly SentAttachment[], language: Language): string {
  const lines = attachments.map(({ kind, name, bytes }) => {
    const size = bytes === undefined ? '' : language === 'zh' ? `（${formatBytes(bytes)}）` : ` (${formatBytes(bytes)})`
    return `- ${KINDS[language][kind]} \`${name.replace(/`/g, '')}\`${size}`
  })
  return language === 'zh' ? `收到！我看到了：\n\n${lines.join('\n')}` : `Got it! I can see:\n\n${lines.join('\n')}`
}

const KINDS: Record<Language, Record<SentAttachment['kind'], string>> = {
  zh: { image: '🖼️ 图片', file: '📄 文件', audio: '🎧 语音' },
  en: { image: '🖼️ picture', file: '📄 file', audio: '🎧 recording' },
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
