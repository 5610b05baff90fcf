/** Work ahead of the visitor, where it costs nobody anything. */
import { whenLoadedAndIdle } from '../../platform/waiting/when-loaded-and-idle.ts'

/** Part of the Network Information API, which Chromium has. */
interface Connection {
  readonly saveData?: boolean
  readonly effectiveType?: string
}

/**
 * Runs `act` when the page has loaded, is looked at and has nothing else to do; never where the visitor saves data or has a slow network.
 * A page that the browser prerenders counts as hidden.
 */
export function whenSpareTime(signal: AbortSignal, act: () => void): void {
  whenLoadedAndIdle(signal, () => {
    const { saveData, effectiveType = '4g' } = (navigator as { connection?: Connection }).connection ?? {}
    if (document.hidden) {
      document.addEventListener('visibilitychange', () => whenSpareTime(signal, act), { once: true, signal })
    } else if (!saveData && effectiveType === '4g') {
      act()
    }
  })
}
