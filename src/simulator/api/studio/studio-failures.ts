/** How Coze Studio refuses: which code, and where in the response it stands (docs/coze.md 8.4). */
import { VENDOR_CODES } from '../../../coze/vendor-codes.ts'
import type { SimulatorContext } from '../call/context.ts'

/**
 * `event`: an event `error` in a stream that has begun. `bad request`: status 400, the code printed into the message. `text`: status
 * 500, the code printed into plain text. `workflow`: one code for everything.
 */
export type FailureForm = 'event' | 'bad request' | 'text' | 'workflow'

interface Failure {
  code: number
  msg: string
}

/** Studio's code and words for Coze's code. */
const FAILURES: Readonly<Record<number, readonly [code: number, msg: string]>> = {
  [VENDOR_CODES.invalidChat.number]: [VENDOR_CODES.studioChatNotFound.number, 'record not found or nothing to update'],
  [VENDOR_CODES.invalidConversation.number]: [VENDOR_CODES.studioConversationNotFound.number, 'conversation not found'],
  [VENDOR_CODES.notFound.number]: [VENDOR_CODES.studioConversationNotFound.number, 'conversation not found'],
  [VENDOR_CODES.invalidMessage.number]: [VENDOR_CODES.studioMessageNotFound.number, 'message not found'],
  [VENDOR_CODES.invalidBot.number]: [VENDOR_CODES.studioAgentNotFound.number, 'agent not exists'],
  [VENDOR_CODES.notPublished.number]: [VENDOR_CODES.studioAgentHidden.number, 'unauthorized access : agent not exist'],
  [VENDOR_CODES.cannotCancel.number]: [VENDOR_CODES.studioCannotCancel.number, 'in progress can not be cancelled'],
}

const UNAUTHENTICATED: readonly number[] = [
  VENDOR_CODES.authenticationInvalid.number,
  VENDOR_CODES.accessTokenInvalid.number,
]

export function studioFailure(c: SimulatorContext, failure: Failure, form: FailureForm | undefined): Response {
  if (UNAUTHENTICATED.includes(failure.code)) {
    const msg = 'authentication failed: api key invalid'
    return Response.json({ code: VENDOR_CODES.accessTokenInvalid.number, msg })
  }
  // What the framework itself finds wrong with a request.
  if (failure.code === VENDOR_CODES.badParameter.number)
    return Response.json({ code: 400, msg: failure.msg }, { status: 400 })
  const [code, msg] = studioCodeOf(c, failure)
  const printed = `code=${code} message=${msg}\nstack=github.com/coze-dev/coze-studio/backend/pkg/errorx.New`
  switch (form) {
    case 'event': {
      // A code that a test has chosen stays visible.
      const isStudios = code >= 100_000_000
      const data = JSON.stringify(
        isStudios ? { code: VENDOR_CODES.studioRunFailed.number, msg: printed } : { code, msg },
      )
      const headers = { 'content-type': 'text/event-stream' }
      return new Response(`event:error\ndata:${data}\n\n`, { headers })
    }
    case 'bad request':
      return Response.json({ code: 400, msg: printed }, { status: 400 })
    case 'text':
      return new Response(printed, { status: 500, headers: { 'content-type': 'text/plain; charset=utf-8' } })
    case 'workflow': {
      const msgOfAll = `Workflow operation failure: ${msg}`
      return Response.json({ code: VENDOR_CODES.studioWorkflowFailed.number, msg: msgOfAll })
    }
    default:
      return Response.json({ code, msg })
  }
}

function studioCodeOf(c: SimulatorContext, { code, msg }: Failure): readonly [code: number, msg: string] {
  // The one call that knows agents without asking whether they can be talked to.
  if (c.req.path.startsWith('/v1/bot')) return FAILURES[VENDOR_CODES.notPublished.number] ?? [code, msg]
  return FAILURES[code] ?? [code, msg]
}
