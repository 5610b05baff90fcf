/** The `.env` of the current folder: read by the commands that need settings, written by `init`. */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'

export type Variables = Readonly<Record<string, string>>

export const ENV_FILE = '.env'

/** Values that are set already win over the file. */
export function loadEnvFile(): void {
  if (existsSync(ENV_FILE)) process.loadEnvFile(ENV_FILE)
}

/** `NAME="value"` lines, as Node, Docker Compose, systemd and shells read them. Line ends within a value become `\n`. */
export function formatVariables(variables: Variables): string {
  return Object.entries(variables)
    .map(([name, value]) => {
      const text = value.trim().replaceAll('\n', '\\n')
      return `${name}=${/^[\w@%+=:,./-]*$/.test(text) ? text : `"${text}"`}`
    })
    .join('\n')
}

/** Only the user who runs the command may read it. */
export async function writeEnvFile(path: string, variables: Variables): Promise<void> {
  await writeFile(path, `${formatVariables(variables)}\n`, { mode: 0o600, flag: 'wx' })
}
