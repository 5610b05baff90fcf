import { pemBlocks, pemText, unwrapPem } from '../crypto/pem.ts'
import type { CozeKey } from '../service-options.ts'
import { importPrivateKey } from '../upstream/assertion/private-key.ts'
import { shownValue } from './config-faults.ts'
import { check, type VariableReader } from './variables.ts'

export type ReadFile = (path: string) => Promise<string>

/** Several key ids need as many PEM blocks, one after the other. So keys can be rotated by the environment alone. */
export async function readKeys(
  keyIds: readonly string[] | undefined,
  keyOfConfigFile: string | undefined,
  reader: VariableReader,
  readFile: ReadFile,
): Promise<CozeKey[]> {
  const path = reader.read('COZE_PRIVATE_KEY_FILE')
  const given = reader.read('COZE_PRIVATE_KEY')
  const fromFile = path === undefined ? undefined : await readKeyFile(path, reader, readFile)
  const text = given ?? fromFile ?? keyOfConfigFile
  if (text === undefined) {
    // A file that cannot be read is a fault by itself.
    if (path === undefined) reader.need('COZE_PRIVATE_KEY')
    return []
  }
  const texts = keyIds === undefined || keyIds.length === 1 ? [text] : pemBlocks(unwrapPem(text)).map(pemText)
  for (const privateKey of texts) {
    await check('COZE_PRIVATE_KEY', reader, () => importPrivateKey(privateKey, 'COZE_PRIVATE_KEY'))
  }
  if (keyIds !== undefined && texts.length !== keyIds.length) {
    reader.fault(
      'COZE_PRIVATE_KEY',
      `COZE_PRIVATE_KEY must hold one PEM block for each id in COZE_KEY_ID, in the same order; there are ${keyIds.length} ids and ${texts.length} blocks.`,
    )
  }
  return (keyIds ?? []).map((keyId, i) => ({ keyId, privateKey: texts[i] ?? '' }))
}

async function readKeyFile(path: string, reader: VariableReader, readFile: ReadFile): Promise<string | undefined> {
  try {
    return await readFile(path)
  } catch {
    const shown = shownValue('COZE_PRIVATE_KEY_FILE', path)
    reader.fault(
      'COZE_PRIVATE_KEY_FILE',
      `COZE_PRIVATE_KEY_FILE must be the path of a private_key.pem that this process may read${shown === undefined ? ', and not the key itself' : `; it is ${shown}`}.`,
    )
    return undefined
  }
}
