/** Runs the page's functions that an agent asks for, and turns whatever happens into text for the agent. */
import type { Clock } from '../../platform/clock.ts'
import { toJson } from '../../platform/to-json.ts'
import type { PendingToolCall } from '../chat-state.ts'
import type { ToolOutput } from '../chat-transport.ts'

/** A function of the page. What it returns is sent back as JSON text, what it throws as `{ "error": … }`. */
export type ChatTool = (args: Record<string, unknown>, context: { signal: AbortSignal }) => unknown

export interface PageToolsOptions {
  tools: Readonly<Record<string, ChatTool>>
  clock: Clock
}

/** Of one call: a function that never returns must not hold up the turn for ever. */
const CALL_LIMIT_MS = 30_000

/** Runs all calls at once. Never rejects, because the agent has to hear about a failure too. */
export function runPageTools(
  calls: readonly PendingToolCall[],
  signal: AbortSignal,
  options: PageToolsOptions,
): Promise<ToolOutput[]> {
  return Promise.all(
    calls.map(async (call) => ({
      callId: call.id,
      output: await runTool(call, signal, options).catch((error: unknown) =>
        JSON.stringify({ error: error instanceof Error ? error.message : String(error) }),
      ),
    })),
  )
}

async function runTool(call: PendingToolCall, parent: AbortSignal, options: PageToolsOptions): Promise<string> {
  const { tools, clock } = options
  // The name comes from the agent: `constructor` is not a tool.
  const tool = Object.hasOwn(tools, call.name) ? tools[call.name] : undefined
  if (tool === undefined) throw new Error(`There is no tool "${call.name}" on this page.`)
  const args: unknown = JSON.parse(call.arguments || '{}')
  if (typeof args !== 'object' || args === null) throw new Error('The arguments are not a JSON object.')
  const ending = new AbortController()
  const end = () => ending.abort()
  parent.addEventListener('abort', end)
  const timer = clock.setTimeout(end, CALL_LIMIT_MS)
  try {
    const result = await new Promise((resolve, reject) => {
      ending.signal.addEventListener('abort', () => reject(new Error('The tool was stopped or took too long.')))
      if (parent.aborted) end()
      Promise.resolve(tool(args as Record<string, unknown>, { signal: ending.signal })).then(resolve, reject)
    })
    return toJson(result) ?? 'null'
  } finally {
    clock.clearTimeout(timer)
    parent.removeEventListener('abort', end)
  }
}
