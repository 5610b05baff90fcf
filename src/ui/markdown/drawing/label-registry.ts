/** Which address a label stands for. Its definition may come long after the link that names it. */
export interface LabelRegistry<Place> {
  /** The address, or `undefined` as long as nothing defines the label: `place` is drawn again when something does. */
  addressOf(label: string, place: Place): string | undefined
  /** The first definition of a label holds. */
  define(label: string, address: string): void
  /** Draws the places again for which something has been defined since the last time, each of them once. */
  drawDefined(): void
}

export function createLabelRegistry<Place>(drawAgain: (place: Place) => void): LabelRegistry<Place> {
  const addresses = new Map<string, string>()
  const waiting = new Map<string, Set<Place>>()
  /** A paragraph that turns out to be a thousand definitions has waited for each of them. */
  const due = new Set<Place>()

  function waitFor(label: string, place: Place): void {
    const others = waiting.get(label)
    if (others) others.add(place)
    else waiting.set(label, new Set([place]))
  }

  return {
    addressOf(label, place) {
      const address = addresses.get(label)
      if (address === undefined) waitFor(label, place)
      return address
    },
    define(label, address) {
      if (addresses.has(label)) return
      addresses.set(label, address)
      for (const place of waiting.get(label) ?? []) due.add(place)
      waiting.delete(label)
    },
    drawDefined() {
      const places = [...due]
      due.clear()
      for (const place of places) drawAgain(place)
    },
  }
}
