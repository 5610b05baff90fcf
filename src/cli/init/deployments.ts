/** The files that a way to run the service needs beside `.env`, and the commands that start it. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const DEPLOYMENTS = ['node', 'compose', 'systemd', 'worker', 'next'] as const
export type Deployment = (typeof DEPLOYMENTS)[number]

interface Plan {
  /** Path in the owner's folder → path in the package. */
  readonly files: Readonly<Record<string, string>>
  readonly commands: readonly string[]
}

const PLANS: Readonly<Record<Deployment, Plan>> = {
  node: { files: {}, commands: ['npx coze-chat-widget serve'] },
  compose: { files: { 'compose.yaml': 'deploy/compose.yaml' }, commands: ['docker compose up'] },
  systemd: {
    files: { 'coze-chat-widget.service': 'deploy/coze-chat-widget.service' },
    commands: [
      'sudo npm install --prefix /opt/coze-chat-widget coze-chat-widget',
      'sudo install -D -m 600 .env /etc/coze-chat-widget/env',
      'sudo install -m 644 coze-chat-widget.service /etc/systemd/system/',
      'sudo systemctl enable --now coze-chat-widget',
    ],
  },
  worker: {
    files: { 'worker.ts': 'examples/cloudflare-worker.ts', 'wrangler.jsonc': 'deploy/wrangler.jsonc' },
    commands: ['npm install coze-chat-widget', 'npx wrangler secret bulk .env', 'npx wrangler deploy'],
  },
  next: {
    files: {
      'app/api/coze/[...path]/route.ts': 'examples/nextjs/route.ts',
      'app/chat.tsx': 'examples/nextjs/chat.tsx',
    },
    commands: ['npm install coze-chat-widget', 'npm run dev'],
  },
}

/** This file and its built chunk are both three folders below the root of the package. */
const packageRoot = new URL('../../../', import.meta.url)

/** @param directory the owner's folder: what is in it decides where Next.js looks for routes */
export async function planOf(
  deployment: Deployment,
  directory: string,
): Promise<{
  readonly files: Readonly<Record<string, string>>
  readonly commands: readonly string[]
}> {
  const { files, commands } = PLANS[deployment]
  const folder = deployment === 'next' ? nextFolder(directory) : ''
  const contents = await Promise.all(
    Object.entries(files).map(
      async ([path, source]) =>
        [`${folder}${path}`, await readFile(fileURLToPath(new URL(source, packageRoot)), 'utf8')] as const,
    ),
  )
  return { files: Object.fromEntries(contents), commands }
}

/** A folder `app` beside `src` would hide all pages below `src/app`. */
function nextFolder(directory: string): '' | 'src/' {
  const has = (path: string) => existsSync(join(directory, path))
  return !has('app') && (has('src/app') || has('src/pages')) ? 'src/' : ''
}
