import { readFile } from 'node:fs/promises'
import { CozeChatError } from '../../errors.ts'
import { type ConfigFault, ConfigFaults } from '../../server/config/config-faults.ts'
import { loadServerConfig, type ServerConfig } from '../../server/config/server-config.ts'
import { ENV_FILE } from '../env-file.ts'
import { say } from '../say.ts'
import { inOwnersWords } from '../service-words.ts'

/**
 * Settings of the environment and of the file that `--config` names.
 * @throws CozeChatError `misconfigured`, with a sentence for each fault, which names the variable or file and the cure
 */
export async function loadConfig(options: {
  config?: string
  env?: Readonly<Record<string, string | undefined>>
  /** Whether the service will have a gateway. */
  gateway?: boolean
}): Promise<ServerConfig> {
  const env = options.env ?? process.env
  return loadServerConfig({
    env,
    oauthConfig: options.config === undefined ? undefined : await readConfigFile(options.config),
    readFile: (path) => readFile(path, 'utf8'),
    ...(options.gateway !== undefined && { gateway: options.gateway }),
  }).catch((error: unknown) => {
    // Whoever has set nothing at all has most likely opened another folder, or has not begun.
    const isBegun = options.config !== undefined || FIRST_SETTINGS.some((name) => env[name])
    throw inOwnersWords(
      error instanceof ConfigFaults && !isBegun ? new ConfigFaults([notBegun(), ...error.faults]) : error,
    )
  })
}

const FIRST_SETTINGS = ['COZE_APP_ID', 'COZE_KEY_ID', 'COZE_PRIVATE_KEY', 'COZE_PRIVATE_KEY_FILE', 'CHAT_SECRET']

function notBegun(): ConfigFault {
  return {
    name: ENV_FILE,
    message: say(
      `Nothing is set here: Run "npx coze-chat-widget init" in this folder, or this command in the folder of your ${ENV_FILE}.`,
      `这里还没有任何设置：请在当前目录运行 npx coze-chat-widget init，或到您的 ${ENV_FILE} 所在的目录运行本命令。`,
    ),
  }
}

async function readConfigFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CozeChatError(
      'misconfigured',
      say(
        '--config must be the path of a coze_oauth_config.json that this process may read.',
        '--config 指定的文件无法读取：应为本进程可以读取的 coze_oauth_config.json 的路径。',
      ),
      { cause },
    )
  }
}
