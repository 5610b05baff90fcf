// biome-ignore-all format: made from src/options/option-table.ts by scripts/generate.mjs
/** What the element reads of the table of options: defaults, by whose types it reads attributes, and limits. */
import type { Defaulted } from './widget-options.ts'

/** The defaults of look and launcher that no chat fills in, and those of every flag and number: their types say how an attribute is read. */
export const ELEMENT_DEFAULTS: Readonly<
  Defaulted<{ type: 'flag' | 'number' }> & Omit<Defaulted<{ group: 'look' | 'launcher' }>, keyof Defaulted<{ ui: 'light' }>>
> = {
  allowInsecure: false,
  officialFallback: true,
  theme: 'auto',
  position: 'bottom-right',
  offsetX: 20,
  offsetY: 20,
  zIndex: 2147483000,
  inline: false,
  launcher: true,
  open: false,
  preload: true,
  teaserDelaySeconds: 5,
  movable: false,
  titleBadge: false,
  keepOpen: false,
}

// Beyond these a size counts as not given.
export const RADIUS_LIMITS = {"most":32}
export const LAUNCHER_SIZE_LIMITS = {"least":44,"most":96}
