/** The two back ends of the demo: the real Coze where `COZE_*` is set, else the simulator. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { CozeChatError } from '../../errors.ts'
import { loadServerConfig } from '../../server/config/server-config.ts'
import type { TokenServiceOptions } from '../../server/token-service.ts'
import { upstreamAddress } from '../../server/upstream/upstream-address.ts'
import { SIMULATOR_IDS, type SimulatorKnobsInput } from '../../simulator/index.ts'
import { type RunningSimulator, startSimulator } from '../../simulator/node.ts'
import { say } from '../say.ts'
import { inOwnersWords } from '../service-words.ts'
import type { DemoPageValues } from './demo-site.ts'

export interface DemoBackend {
  service: TokenServiceOptions
  page: DemoPageValues
  /** Which Coze the demo talks to, in one sentence for the terminal. */
  summary: string
  /** Undefined with the real Coze. */
  simulator: RunningSimulator | undefined
}

const REPLICA_NOTE =
  '[[There is no network in this demo, so what you see is a replica of the Chat SDK with the original’s defects. Set COZE_APP_ID, COZE_KEY_ID, COZE_PRIVATE_KEY and COZE_BOT_IDS to load the real one.|本演示不联网，您看到的是 Chat SDK 的复制品，连原版的缺陷也在。设置 COZE_APP_ID、COZE_KEY_ID、COZE_PRIVATE_KEY 和 COZE_BOT_IDS 即可加载真正的 SDK。]]'

/** @throws CozeChatError `misconfigured` when a `COZE_*` variable is missing or wrong */
export async function realBackend(env: Readonly<Record<string, string | undefined>>): Promise<DemoBackend> {
  const { service, botIds } = await loadServerConfig({
    // A new secret at each start: histories of a demo need not outlive it.
    env: { CHAT_SECRET: randomBytes(32).toString('base64'), ...env },
    readFile: (path) => readFile(path, 'utf8'),
  }).catch((error: unknown) => {
    throw inOwnersWords(error)
  })
  const [botId] = botIds
  if (botId === undefined) {
    throw new CozeChatError(
      'misconfigured',
      say(
        'COZE_BOT_IDS is missing: set it to the id of the agent that the demo shall show.',
        '缺少 COZE_BOT_IDS：请把它设为演示要显示的智能体的 ID。',
      ),
    )
  }
  const { region = 'cn' } = service
  const { apiBase } = upstreamAddress(service)
  return {
    service,
    page: {
      botId,
      apiBase: () => apiBase,
      agent: '[[The agent is yours, in the real Coze.|智能体是您自己的，在真实的扣子上。]]',
      sdkKind: 'coze',
      sdkNote: `[[This is the real Chat SDK, from Coze's own address (region ${region}).|这是真正的 Chat SDK，来自扣子自己的地址（区域 ${region}）。]]`,
      sdkAttribute: () => `data-region="${region}"`,
      sdkScript: '',
    },
    summary: say(`The real Coze answers at ${apiBase}.`, `连接的是真实的扣子：${apiBase}`),
    simulator: undefined,
  }
}

export async function simulatedBackend(options: {
  port: number
  host: string
  tokenTtlSeconds: number
  knobs: SimulatorKnobsInput
}): Promise<DemoBackend & { simulator: RunningSimulator }> {
  const { port, host, tokenTtlSeconds, knobs } = options
  const simulator = await startSimulator({ port, host, knobs })
  const { credentials } = simulator.simulator
  const simulatorAt = (pageHost: string) => `http://${pageHost}:${new URL(simulator.url).port}`
  return {
    service: {
      appId: credentials.appId,
      keyId: credentials.keyId,
      privateKey: credentials.privateKeyPem,
      secret: randomBytes(32),
      apiBase: simulator.url,
      tokenTtlSeconds,
    },
    page: {
      botId: SIMULATOR_IDS.botId,
      apiBase: simulatorAt,
      agent:
        '[[The agent is simulated: it runs on this machine, remembers what you tell it and needs no account.|智能体是模拟的：它在这台机器上运行，记得您说过的话，不需要账号。]]',
      sdkKind: 'replica',
      sdkNote: REPLICA_NOTE,
      sdkAttribute: (pageHost) =>
        `data-sdk-url="/simulator/chat-sdk-replica.js?api=${encodeURIComponent(simulatorAt(pageHost))}"`,
      // The replica writes plain text, and the simulated agent offers nothing else.
      sdkScript:
        "<script>globalThis.cozeChatOptions = { parameters: { page: '-formatting -thinking -pictures -cards -sound' } }</script>\n",
    },
    summary: say(
      `Coze is simulated at ${simulator.url}; a token lives ${tokenTtlSeconds} s.`,
      `模拟的扣子：${simulator.url}，令牌有效期 ${tokenTtlSeconds} 秒。`,
    ),
    simulator,
  }
}
