/** Options that a component is given anew with each rendering, though nothing about them has changed. */
import type { ChatWidgetOptions } from '../options/widget-options.ts'

type Function = (...args: unknown[]) => unknown

/**
 * Keeps the values of before where they mean the same: equal lists and objects, and functions, which call the newest one. Otherwise a
 * function or an object that is written in a template would be another chat with every rendering.
 */
export function createStableOptions(): (options: ChatWidgetOptions) => ChatWidgetOptions {
  let kept: unknown
  const newest = new Map<string, Function>()

  function stable(path: string, before: unknown, after: unknown): unknown {
    if (typeof after === 'function') {
      newest.set(path, after as Function)
      return typeof before === 'function' ? before : (...args: unknown[]) => newest.get(path)?.(...args)
    }
    if (!isPlain(after)) return after
    const old = isPlain(before) && Array.isArray(before) === Array.isArray(after) ? before : undefined
    const entries = Object.entries(after).map(([name, value]) => [name, stable(`${path}.${name}`, old?.[name], value)])
    const isSame =
      old !== undefined &&
      Object.keys(old).length === entries.length &&
      entries.every(([name, value]) => Object.hasOwn(old, String(name)) && old[String(name)] === value)
    if (isSame) return old
    return Array.isArray(after) ? entries.map(([, value]) => value) : Object.fromEntries(entries)
  }

  return (options) => {
    kept = stable('', kept, options)
    return kept as ChatWidgetOptions
  }
}

/** The new options; those that are no longer given fall back to their defaults. */
export function withoutGone(before: ChatWidgetOptions, after: ChatWidgetOptions): ChatWidgetOptions {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name))
  return { ...Object.fromEntries(gone.map((name) => [name, undefined])), ...after }
}

/** A list or an object written as a literal; an element or another object with a class is a value of its own. */
function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null || Array.isArray(value)
}
