import { readFile } from 'node:fs/promises'
import { CozeChatError } from '../../errors.ts'
import { loadServerConfig, type ServerConfig } from '../../server/config/server-config.ts'

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
  return loadServerConfig({
    env: options.env ?? process.env,
    oauthConfig: options.config === undefined ? undefined : await readConfigFile(options.config),
    readFile: (path) => readFile(path, 'utf8'),
    ...(options.gateway !== undefined && { gateway: options.gateway }),
  })
}

async function readConfigFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CozeChatError(
      'misconfigured',
      '--config must be the path of a coze_oauth_config.json that this process may read.',
      { cause },
    )
  }
}
