/** What `serve` needs to use a simulated Coze. */
import { createPublicKey, randomBytes, webcrypto } from 'node:crypto'
import { SIMULATOR_IDS, type SimulatorCredentials } from '../../simulator/index.ts'
import type { Variables } from '../env-file.ts'

/** Where the pages of development servers usually come from. */
const DEVELOPMENT_ORIGINS = ['localhost', '127.0.0.1'].flatMap((host) =>
  [3000, 4173, 4200, 4321, 5173, 5500, 8000, 8080].map((port) => `http://${host}:${port}`),
)

/** @param apiBase address of the simulator */
export function simulatedSettings(apiBase: string, { appId, keyId, privateKeyPem }: SimulatorCredentials): Variables {
  return {
    COZE_API_BASE: apiBase,
    COZE_APP_ID: appId,
    COZE_KEY_ID: keyId,
    COZE_PRIVATE_KEY: privateKeyPem,
    COZE_BOT_IDS: SIMULATOR_IDS.botId,
    CHAT_SECRET: randomBytes(32).toString('base64'),
    CHAT_ORIGINS: DEVELOPMENT_ORIGINS.join(','),
    // Coze's own chat talks to Coze alone.
    CHAT_UI: 'light',
  }
}

/** The public half of a key in the environment: settings that were made for one simulator work with the next one. */
export async function knownKeys(
  env: Readonly<Record<string, string | undefined>>,
): Promise<Readonly<Record<string, CryptoKey>>> {
  const { COZE_KEY_ID: keyId, COZE_PRIVATE_KEY: pem, COZE_APP_ID: appId } = env
  if (keyId === undefined || pem === undefined || appId !== SIMULATOR_IDS.oauthAppId) return {}
  const spki = createPublicKey(pem.replaceAll('\\n', '\n')).export({ type: 'spki', format: 'der' })
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  return { [keyId]: await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']) }
}
