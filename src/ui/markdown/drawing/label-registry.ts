/** Which address a label stands for. Its definition may come long after the link that names it. */
export interface LabelRegistry<Place> {
  /** The address, or `undefined` as long as nothing defines the label: `place` is drawn again when something does. */
  addressOf(label: string, place: Place): string | undefined
  /** The first definition of a label holds. */
  define(label: string, address: string): void
  /**
   * Draws the places again for which something has been defined since the last time, each of them once.
   * @param budget how much may be drawn; without one there is no limit
   */
  drawDefined(budget?: number): void
}

/** @param costOf what it takes to draw a place again */
export function createLabelRegistry<Place>(
  drawAgain: (place: Place) => void,
  costOf: (place: Place) => number,
): LabelRegistry<Place> {
  const addresses = new Map<string, string>()
  const waiting = new Map<string, Set<Place>>()
  /** A paragraph that turns out to be a thousand definitions has waited for each of them. */
  const due = new Set<Place>()
  /** What all drawing again has cost. */
  let spent = 0

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
    drawDefined(budget = Number.POSITIVE_INFINITY) {
      for (const place of due) {
        const cost = costOf(place)
        if (spent + cost > budget) return
        spent += cost
        due.delete(place)
        drawAgain(place)
      }
    },
  }
}
