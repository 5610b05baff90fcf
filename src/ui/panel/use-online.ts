import { useLayoutEffect, useState } from 'preact/hooks'

/** Whether the browser has a network, as far as it knows. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useLayoutEffect(() => {
    const leaving = new AbortController()
    for (const type of ['online', 'offline']) addEventListener(type, () => setOnline(navigator.onLine), leaving)
    return () => leaving.abort()
  }, [])
  return online
}
