/** What of the content of a message may be seen. Steps of an agent are JSON inside a string, with the owner's ids beside the words. Pure. */
import { isTooDeep } from '../json-depth.ts'
import { parseJsonObject, writeJson } from '../lossless-json.ts'
import { cutFields, type Shape } from './shape.ts'

/** Types of messages whose content is for the visitor as it is. The empty type is an answer's. */
const WHOLE: readonly unknown[] = [
  undefined,
  null,
  '',
  'question',
  'answer',
  'follow_up',
  'tool_response',
  'tool_output',
  'knowledge',
]

/** Without ids of plugins and calls, and without what the model thought. */
const FUNCTION_CALL = { name: 'text', plugin: 'text', plugin_name: 'text' } as const satisfies Record<string, Shape>

/**
 * @param type of the message
 * @returns `undefined` for content that nobody may see: of an unknown type, or of a step that tells about the agent's inside
 */
export function visibleContent(type: unknown, content: unknown): string | undefined {
  if (typeof content !== 'string') return undefined
  if (isShownWhole(type)) return content
  const step = parseJsonObject(content)
  if (step === undefined) return undefined
  if (type === 'function_call') {
    const { arguments: given } = step
    // A model writes them, at any depth. The call is told without them, because its response is told by its place in the order.
    const isShown = given !== undefined && !isTooDeep(content)
    return writeJson({ ...cutFields(FUNCTION_CALL, step), ...(isShown && { arguments: given }) })
  }
  return type === 'verbose' ? visibleVerbose(step) : undefined
}

/** Whether the content of messages of this type is for the visitor as it is. */
export function isShownWhole(type: unknown): boolean {
  return WHOLE.includes(type)
}

/** Three kinds are known: knowledge that was recalled, the end of all answers, and a question of a chatflow's own. */
function visibleVerbose({ msg_type: kind, data }: Readonly<Record<string, unknown>>): string | undefined {
  switch (kind) {
    case 'knowledge_recall':
      return writeJson({ msg_type: kind, data: typeof data === 'string' ? data : '' })
    case 'generate_answer_finish': {
      const finish = typeof data === 'string' ? parseJsonObject(data) : undefined
      return writeJson({ msg_type: kind, data: writeJson(cutFields({ finish_reason: 'code' }, finish ?? {})) })
    }
    case 'interrupt':
      return writeJson({ msg_type: kind, data: '' })
    default:
      return undefined
  }
}
