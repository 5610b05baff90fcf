/** The agent decides what to do with a question, given what was said before. Pure: it carries nothing out. */
import type { Language } from '../world/language.ts'
import { answerFromMemory, learn } from './agent-memory.ts'
import { runCommand } from './commands.ts'
import { GENERAL_FOLLOW_UPS, generalAnswer, smallTalk } from './small-talk.ts'
import type { Refusal, TurnPlan } from './turn-plan.ts'

export interface QuestionAttachment {
  kind: 'image' | 'file' | 'audio'
  /** The name it was uploaded under, or its address where it was sent by address. */
  name: string
  /** Unknown for attachments sent by address. */
  bytes: number | undefined
}

/** What a visitor sends in one message. */
export interface Question {
  text: string
  attachments: QuestionAttachment[]
}

export interface AgentInput {
  question: Question
  /** What the visitor said before in this section, oldest first. */
  said: readonly string[]
  language: Language
  /** Variables of the session; the agent knows `name`, `age` and `job` without being told. */
  variables: Record<string, string>
  /** Whether a question node of a chatflow waits for this message. */
  asked: boolean
  /** What the page can show and do, as the parameter `page` says it: see `commands.ts`. */
  page: string
  /** Origin of the simulator, which serves the pictures of answers. */
  origin: string
}

export function decide(input: AgentInput): TurnPlan | Refusal {
  const { question, said, language, variables, asked } = input
  const followUps = GENERAL_FOLLOW_UPS[language]
  const text = question.text.trim()
  if (text.startsWith('/')) {
    const plan = runCommand(text, input)
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

/** @param outputs what the functions of the page returned */
export function decideAfterTools(outputs: readonly string[], language: Language): TurnPlan {
  const results = outputs.map((output) => `\`\`\`json\n${output}\n\`\`\``).join('\n\n')
  const text = language === 'zh' ? `页面返回了：\n\n${results}` : `The page answered:\n\n${results}`
  return { steps: [{ type: 'answer', text }], followUps: GENERAL_FOLLOW_UPS[language] }
}

function thanksFor(attachments: readonly QuestionAttachment[], language: Language): string {
  const lines = attachments.map(({ kind, name, bytes }) => {
    const size = bytes === undefined ? '' : language === 'zh' ? `（${formatBytes(bytes)}）` : ` (${formatBytes(bytes)})`
    return `- ${KINDS[language][kind]} \`${name.replace(/`/g, '')}\`${size}`
  })
  return language === 'zh' ? `收到！我看到了：\n\n${lines.join('\n')}` : `Got it! I can see:\n\n${lines.join('\n')}`
}

const KINDS: Record<Language, Record<QuestionAttachment['kind'], string>> = {
  zh: { image: '🖼️ 图片', file: '📄 文件', audio: '🎧 语音' },
  en: { image: '🖼️ picture', file: '📄 file', audio: '🎧 recording' },
}

function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
