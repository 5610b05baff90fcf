/** `coze-chat-widget simulate`: runs the simulated Coze on a port. */
import { SIMULATOR_IDS } from '../../simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../simulator/node.ts'
import { ENV_FILE, formatVariables } from '../env-file.ts'
import { listenFault } from '../listen-fault.ts'
import { say } from '../say.ts'
import { knownKeys, simulatedSettings } from './simulated-settings.ts'

export interface SimulateOptions {
  /** Default 8788. */
  port?: number
  /** Default `127.0.0.1`. */
  host?: string
  /** Pause after each piece of an answer, in milliseconds. Default 15. */
  pieceDelayMs?: number
  /** Life of access tokens in seconds, whatever is asked for. Default: as asked. */
  tokenSeconds?: number
  /** `studio` behaves like the open-source server. Default `coze`. */
  flavour?: 'coze' | 'studio'
  /** Settings of a service that has been set up already: its key is accepted, and they are not printed again. */
  env?: Readonly<Record<string, string | undefined>>
}

/**
 * Starts the simulator and prints the variables with which `serve` uses it, or with which `doctor` checks a simulated Coze Studio.
 * @throws CozeChatError `misconfigured` when it cannot listen
 */
export async function simulate(options: SimulateOptions = {}): Promise<RunningSimulator> {
  const { port = 8788, host = '127.0.0.1', pieceDelayMs = 15, tokenSeconds, flavour = 'coze' } = options
  const publicKeys = await knownKeys(options.env ?? process.env)
  const running = await startSimulator({
    port,
    host,
    publicKeys,
    knobs: { pieceDelayMs, flavour, ...(tokenSeconds !== undefined && { tokenSeconds }) },
  }).catch((error: unknown) => {
    throw listenFault(error, { port, host, names: ['--port', '--host'] })
  })
  const { credentials } = running.simulator
  const settings =
    flavour === 'studio'
      ? {
          COZE_API_BASE: running.url,
          COZE_PERSONAL_TOKEN: credentials.personalToken,
          COZE_BOT_IDS: SIMULATOR_IDS.botId,
        }
      : simulatedSettings(running.url, credentials)
  const isKnown = Object.keys(publicKeys).length > 0
  console.log(
    [
      say(`Simulated Coze: ${running.url}`, `模拟的扣子：${running.url}`),
      say(
        `Agent: ${SIMULATOR_IDS.botId}   App: ${SIMULATOR_IDS.appId}   Chatflow: ${SIMULATOR_IDS.workflowId}`,
        `智能体：${SIMULATOR_IDS.botId}   应用：${SIMULATOR_IDS.appId}   对话流：${SIMULATOR_IDS.workflowId}`,
      ),
      '',
      ...(isKnown
        ? [
            say(
              `It accepts the key of the settings in ${ENV_FILE} or in the environment.`,
              `它接受 ${ENV_FILE} 或环境变量中设置的密钥。`,
            ),
          ]
        : [
            say(
              `Put these lines into ${ENV_FILE}, and run "coze-chat-widget serve" in that folder, in another terminal:`,
              `把下面几行写进 ${ENV_FILE}，再另开一个终端，在同一目录里运行 npx coze-chat-widget serve：`,
            ),
            '',
            formatVariables(settings),
            '',
            say('The tag for a page:', '网页上的标签：'),
            '<script async src="http://localhost:8787/embed.js"></script>',
          ]),
    ].join('\n'),
  )
  return running
}
