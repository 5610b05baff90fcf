/** `coze-chat-widget simulate`: a Coze on this machine. */
import { SIMULATOR_IDS } from '../simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../simulator/node.ts'

export interface SimulateOptions {
  /** Default 8788. */
  port?: number
  /** Default `127.0.0.1`. */
  host?: string
  /** Pause after each piece of an answer. Default 15. */
  tokenDelayMs?: number
  /** Life of access tokens, whatever is asked for. */
  tokenSeconds?: number
  /** `studio`: behave like the open-source server. Default `coze`. */
  flavour?: 'coze' | 'studio'
}

/** Starts the simulator and prints what a token service needs to use it. */
export async function simulate(options: SimulateOptions = {}): Promise<RunningSimulator> {
  const { port = 8788, host = '127.0.0.1', tokenDelayMs = 15, tokenSeconds, flavour = 'coze' } = options
  const running = await startSimulator({
    port,
    host,
    knobs: { tokenDelayMs, flavour, ...(tokenSeconds !== undefined && { tokenSeconds }) },
  })
  const { appId, keyId, privateKeyPem, personalToken } = running.simulator.credentials
  const environment =
    flavour === 'studio'
      ? [`COZE_PERSONAL_TOKEN=${personalToken}`]
      : [
          `COZE_APP_ID=${appId}`,
          `COZE_KEY_ID=${keyId}`,
          `COZE_PRIVATE_KEY="${privateKeyPem.trim().replace(/\n/g, '\\n')}"`,
        ]
  console.log(
    [
      `Simulated Coze: ${running.url}`,
      `Agent: ${SIMULATOR_IDS.botId}   App: ${SIMULATOR_IDS.appId}   Chatflow: ${SIMULATOR_IDS.workflowId}`,
      '',
      `COZE_API_BASE=${running.url}`,
      ...environment,
      `COZE_BOT_IDS=${SIMULATOR_IDS.botId}`,
    ].join('\n'),
  )
  return running
}
