// biome-ignore-all format: made from src/options/option-table.ts by scripts/generate.mjs
/** What the check reads of the table of options, apart from what only types and documents read: the chat's file is loaded by every visitor who opens it. */
import { FEATURES } from './features.ts'
import type { OptionName, OptionRow } from './option-table.ts'

export interface OptionRule extends Pick<OptionRow, 'values' | 'default' | 'localized' | 'least' | 'most' | 'css'> {
  /** Only where the check asks for it. */
  readonly type?: 'id' | 'list' | 'switches'
  /** Another value is another chat. */
  readonly identity?: true
  /** A value of a wrong shape is refused, and does not count as not given. */
  readonly refused?: true
  /** What it may be, in words: text, list, or what `typeof` says. Without it: text. */
  readonly is?: string
}

/** Never by a plain index for a name that may be none of ours: every object has a `constructor`. Defaults that the element fills in are left out. */
export const OPTION_RULES: Readonly<Record<OptionName, OptionRule>> = {
  botId: {"type":"id","identity":true},
  appId: {"type":"id","identity":true},
  workflowId: {"type":"id","identity":true},
  tokenUrl: {"identity":true},
  getToken: {"identity":true,"is":"function"},
  ui: {"identity":true,"values":["official","light"],"default":"official"},
  session: {"identity":true,"values":["tab","device"],"default":"tab"},
  user: {"identity":true,"values":["auto","required","anonymous"],"default":"auto"},
  userToken: {"refused":true,"is":"text or function"},
  tokenField: {"identity":true,"default":"session_id"},
  allowInsecure: {"is":"boolean"},
  region: {"identity":true,"values":["cn","com"]},
  apiBase: {"identity":true},
  connectorId: {"identity":true,"default":"999"},
  tools: {"identity":true,"is":"object"},
  parameters: {"identity":true,"is":"object"},
  customVariables: {"identity":true,"is":"object"},
  metaData: {"identity":true,"is":"object"},
  officialFallback: {"is":"boolean"},
  sdkUrl: {},
  sdkIntegrity: {"refused":true},
  sdkOptions: {"is":"object"},
  title: {"localized":true},
  subtitle: {"localized":true},
  icon: {},
  greeting: {"localized":true},
  placeholder: {},
  suggestions: {"type":"list","is":"text or list","localized":true},
  disclaimer: {"localized":true},
  lang: {},
  strings: {"is":"object"},
  imageHosts: {"type":"list","is":"text or list"},
  features: {"type":"switches","is":"text or object","values":FEATURES},
  steps: {"values":["names","full","none"],"default":"names"},
  signInUrl: {},
  onSignIn: {"is":"function"},
  handoff: {"is":"text or object"},
  notify: {"values":["off","sound","desktop","both"],"default":"off"},
  consent: {"refused":true},
  form: {"is":"list"},
  hours: {"is":"object"},
  theme: {"values":["auto","light","dark"]},
  accent: {"css":"color"},
  radius: {"is":"text or number","most":32},
  density: {"values":["comfortable","compact"],"default":"comfortable"},
  font: {"css":"font-family"},
  background: {},
  position: {"values":["bottom-right","bottom-left"]},
  offsetX: {"is":"number"},
  offsetY: {"is":"number"},
  zIndex: {"is":"number"},
  inline: {"is":"boolean"},
  target: {"is":"text or object"},
  launcher: {"is":"boolean"},
  open: {"is":"boolean"},
  focusOnOpen: {"values":["auto","always","never"]},
  preload: {"is":"boolean"},
  nonce: {},
  teaser: {"is":"text or list","localized":true},
  teaserDelaySeconds: {"is":"number"},
  launcherText: {},
  launcherSize: {"is":"text or number","least":44,"most":96},
  launcherIcon: {},
  hideOn: {"is":"text or list"},
  showOn: {"is":"text or list"},
  movable: {"is":"boolean"},
  shortcut: {},
  titleBadge: {"is":"boolean"},
  keepOpen: {"is":"boolean"},
}
