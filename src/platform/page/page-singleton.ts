/**
 * One value per page, shared by everything on it that asks for the same name: two widgets, or two copies of this package
 * (script tag and npm), do not share module variables.
 *
 * @param name unique to its kind of value; ends in a version, which changes whenever the shape of the value does
 */
export function pageSingleton<T>(name: string, create: () => T): T {
  const holder = globalThis as unknown as Record<symbol, T | undefined>
  const key = Symbol.for(name)
  const value = holder[key] ?? create()
  holder[key] = value
  return value
}
