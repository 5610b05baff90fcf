/** `/v1/files`: uploads, which belong to the account and cannot be downloaded (docs/coze.md 4.7). */
import type { Hono } from 'hono'
import type { Simulation } from '../world/simulation.ts'
import type { StoredFile } from '../world/store.ts'
import { authorize } from './call/authorize.ts'
import type { SimulatorEnv } from './call/context.ts'
import { ApiFailure, dataReply } from './call/envelope.ts'
import { readFile } from './call/request-body.ts'

const MAX_FILE_BYTES = 512 * 1024 * 1024
const REFUSED_TYPES = /\.(?:exe|dll|bat|cmd|com|msi|scr|sh|app|apk)$/i

export function addFiles(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.post('/v1/files/upload', async (c) => {
    const { uid } = authorize(c, simulation, 'uploadFile')
    const file = await readFile(c, MAX_FILE_BYTES)
    if (REFUSED_TYPES.test(file.name)) throw new ApiFailure('fileType')
    if (file.size === 0) throw new ApiFailure('invalidFile')
    const stored: StoredFile = {
      id: simulation.nextId(),
      uid,
      bytes: file.size,
      createdAt: simulation.nowSeconds(),
      name: file.name,
      mediaType: file.type,
    }
    simulation.store.files.set(stored.id, stored)
    return dataReply(c, wireFile(stored))
  })

  app.get('/v1/files/retrieve', (c) => {
    const { uid } = authorize(c, simulation, 'retrieveFile')
    const file = simulation.store.files.get(c.req.query('file_id') ?? '')
    if (file === undefined || file.uid !== uid) throw new ApiFailure('notFound')
    return dataReply(c, wireFile(file))
  })
}

function wireFile({ id, bytes, createdAt, name }: StoredFile) {
  return { id, bytes, created_at: createdAt, file_name: name }
}
