import { useEffect, useState } from 'preact/hooks'

export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine)
  useEffect(() => {
    const controller = new AbortController()
    const look = () => setOnline(navigator.onLine)
    addEventListener('online', look, { signal: controller.signal })
    addEventListener('offline', look, { signal: controller.signal })
    return () => controller.abort()
  }, [])
  return online
}
