/** When a command that runs until it is stopped must stop. */

export interface ProcessEndOptions {
  env?: Readonly<Record<string, string | undefined>>
  /** Process id of the parent, which changes when the parent ends. */
  parentId?: () => number
  /** Process id of who started this process. */
  startedBy?: number
}

/** Noted when the process begins: a parent that ends while the command still starts must be missed as well. */
const STARTED_BY = process.ppid

const PARENT_CHECK_MS = 500

/**
 * Calls `stop` once: at SIGTERM, at SIGINT, and under `npx` or `npm run` when that has ended. Those start the command by a
 * shell that does not pass every signal on, so without this a killed `npx` leaves the service on its port. A service that
 * was started in another way may outlive its parent, as under `nohup`.
 * @returns a function that stops watching
 */
export function onProcessEnd(stop: () => void, options: ProcessEndOptions = {}): () => void {
  const { env = process.env, parentId = () => process.ppid, startedBy = STARTED_BY } = options
  let timer: ReturnType<typeof setInterval> | undefined
  const release = () => {
    process.off('SIGTERM', end).off('SIGINT', end)
    clearInterval(timer)
  }
  function end(): void {
    release()
    stop()
  }
  process.on('SIGTERM', end).on('SIGINT', end)
  if (env['npm_lifecycle_event'] !== undefined || env['npm_execpath'] !== undefined) {
    timer = setInterval(() => {
      if (parentId() !== startedBy) end()
    }, PARENT_CHECK_MS)
    timer.unref()
  }
  return release
}
