/**
 * Wraps a method of the page, and unwraps it again whatever else has wrapped that method meanwhile: if our wrapper is
 * still outermost the page gets its own method back, else the wrapper stays in the chain and only passes calls on.
 */

/** `next` calls the layer below, and the lowest one calls the method. */
export type Layer = (next: (args: unknown[]) => unknown, self: unknown, args: unknown[]) => unknown

type Method = (this: unknown, ...args: unknown[]) => unknown

interface Patch {
  readonly original: Method
  /** Whether the method was the target's own, and not its prototype's. */
  readonly own: boolean
  readonly wrapper: Method
  /** The list is replaced and never changed in place, so that a call under way keeps the layers it began with. */
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
    own: Object.hasOwn(target, name),
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

/**
 * Adds a layer on top of the others and returns a function that takes it out. A missing or frozen method is left alone.
 * @example const unwrap = wrapMethod(console, 'log', (next, _self, args) => next(['mine:', ...args]))
 */
export function wrapMethod(target: object, name: string, layer: Layer): () => void {
  const slots = target as Record<string, unknown>
  const current = slots[name]
  if (typeof current !== 'function') return () => {}
  const patch = patchOf(target, name, current as Method)
  if (current !== patch.wrapper && !Reflect.set(target, name, patch.wrapper)) return () => {}
  patch.layers = [layer, ...patch.layers]
  return () => {
    patch.layers = patch.layers.filter((other) => other !== layer)
    if (patch.layers.length > 0 || slots[name] !== patch.wrapper) return
    if (patch.own) slots[name] = patch.original
    else delete slots[name]
  }
}
