/** `/v1/files`: uploads belong to the account; there is no download. */
import type { Hono } from 'hono'
import { authorize } from './authorize.ts'
import { ApiFailure, ok } from './replies.ts'
import type { Simulation, SimulatorContext, SimulatorEnv } from './simulation.ts'
import type { StoredFile } from './store.ts'

const MAX_FILE_BYTES = 512 * 1024 * 1024
const REFUSED_TYPES = /\.(?:exe|dll|bat|cmd|com|msi|scr|sh|app|apk)$/i

export function addFiles(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.post('/v1/files/upload', async (c) => {
    const { uid } = authorize(c, simulation, 'uploadFile')
    const file = await onlyFile(c, MAX_FILE_BYTES)
    if (REFUSED_TYPES.test(file.name)) throw new ApiFailure(4303)
    if (file.size === 0) throw new ApiFailure(4304)
    const stored: StoredFile = {
      id: simulation.nextId(),
      uid,
      bytes: file.size,
      createdAt: simulation.nowSeconds(),
      name: file.name,
      mediaType: file.type,
    }
    simulation.store.files.set(stored.id, stored)
    return ok(c, wireFile(stored))
  })

  app.get('/v1/files/retrieve', (c) => {
    const { uid } = authorize(c, simulation, 'retrieveFile')
    const file = simulation.store.files.get(c.req.query('file_id') ?? '')
    if (file === undefined || file.uid !== uid) throw new ApiFailure(4200)
    return ok(c, wireFile(file))
  })
}

/**
 * The one part named `file` of a multipart body.
 * @throws ApiFailure 4300, 4301 or 4302
 */
export async function onlyFile(c: SimulatorContext, maxBytes: number): Promise<File> {
  const form = await c.req.raw.formData().catch(() => undefined)
  const [file, ...others] = (form?.getAll('file') ?? []).filter((part) => part instanceof File)
  if (file === undefined) throw new ApiFailure(4300)
  if (others.length > 0) throw new ApiFailure(4301)
  if (file.size > maxBytes) throw new ApiFailure(4302)
  return file
}

function wireFile({ id, bytes, createdAt, name }: StoredFile) {
  return { id, bytes, created_at: createdAt, file_name: name }
}
