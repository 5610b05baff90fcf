/** How a component asks for a part of `parts.ts`: it draws something simpler until the part has come. */
import { createContext } from 'preact'
import { useContext, useLayoutEffect, useState } from 'preact/hooks'
import type { Part } from '../platform/part.ts'
import type { ModuleOf, Parts } from './parts.ts'

/** Without a provider nothing can be loaded, and every component draws its simpler self. */
export const PartsContext = createContext<Parts | undefined>(undefined)

export function useParts(): Parts | undefined {
  return useContext(PartsContext)
}

/** Loads a part, and draws the component again when it has come or could not be loaded: the next component asks for it again. */
export function useLoading<Name extends keyof Parts>(
  name: Name,
): { readonly loaded: ModuleOf<Parts[Name]> | undefined; readonly failed: boolean } {
  const part = useParts()?.[name] as Part<ModuleOf<Parts[Name]>> | undefined
  const [ended, setEnded] = useState(false)
  useLayoutEffect(() => {
    if (!part || part.loaded) return
    let live = true
    const end = () => {
      if (live) setEnded(true)
    }
    part.load().then(end, end)
    return () => {
      live = false
    }
  }, [part])
  const loaded = part?.loaded
  return { loaded, failed: !loaded && (ended || !part) }
}

/** @returns `undefined` until the part has come, and where it could not be loaded */
export function usePart<Name extends keyof Parts>(name: Name): ModuleOf<Parts[Name]> | undefined {
  return useLoading(name).loaded
}
