/**
 * Puts a layer between callers and a method of the page, and takes it out again whatever else wrapped that method meanwhile:
 * if ours is still on top the page gets its own method back, else what stays in the chain only passes calls on.
 */

/** `next` calls what lies below. */
export type Layer = (next: (args: unknown[]) => unknown, self: unknown, args: unknown[]) => unknown

type Method = (this: unknown, ...args: unknown[]) => unknown

interface Patch {
  readonly original: Method
  readonly wrapper: Method
  /** Replaced, never changed in place: a call under way keeps the layers it began with. */
  layers: readonly Layer[]
}

/** One wrapper per method however many layers there are, so that they can leave in any order and a captured reference stays alive. */
const patches = new WeakMap<object, Map<string, Patch>>()

function patchOf(target: object, name: string, current: Method): Patch {
  const ofTarget = patches.get(target) ?? new Map<string, Patch>()
  patches.set(target, ofTarget)
  const known = ofTarget.get(name)
  if (known && (current === known.wrapper || current === known.original)) return known
  const patch: Patch = {
    original: current,
    layers: [],
    wrapper(...args) {
      const { layers } = patch
      const call = (depth: number, passed: unknown[]): unknown => {
        const layer = layers[depth]
        return layer ? layer((next) => call(depth + 1, next), this, passed) : patch.original.apply(this, passed)
      }
      return call(0, args)
    },
  }
  ofTarget.set(name, patch)
  return patch
}

/** Answers the way to take the layer out. A method that is missing or frozen is left alone. */
export function interpose(target: object, name: string, layer: Layer): () => void {
  const slots = target as Record<string, unknown>
  const current = slots[name]
  if (typeof current !== 'function') return () => {}
  const patch = patchOf(target, name, current as Method)
  if (current !== patch.wrapper && !Reflect.set(target, name, patch.wrapper)) return () => {}
  patch.layers = [layer, ...patch.layers]
  return () => {
    patch.layers = patch.layers.filter((other) => other !== layer)
    if (patch.layers.length > 0 || slots[name] !== patch.wrapper) return
    slots[name] = patch.original
  }
}
