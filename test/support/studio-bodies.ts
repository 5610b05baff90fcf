/** Bodies as Coze Studio writes them, by the `json` tags of its Go structs. */
import { readFileSync } from 'node:fs'

export const STUDIO: Readonly<Record<string, object>> = JSON.parse(
  readFileSync(new URL('../fixtures/coze/studio.json', import.meta.url), 'utf8'),
)

/** A response of Studio's to a call that it has accepted or refused. */
export function studioResponse(name: keyof typeof STUDIO, status = 200): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return new Response(JSON.stringify(STUDIO[name]), { status, headers })
}
