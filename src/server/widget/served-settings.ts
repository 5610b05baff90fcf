/** What a script tag need not say, because the service that it was loaded from knows it. */
import type { GatewayTarget } from '../gateway/gateway-options.ts'

export interface ServedSettings {
  readonly tokenUrl: string
  readonly apiBase?: string
  readonly region?: 'cn' | 'com'
  readonly ui?: 'official' | 'light'
  readonly botId?: string
  readonly appId?: string
  readonly workflowId?: string
}

export function servedSettings(options: {
  basePath: string
  /** Where the widget's files lie: a path without a slash at its end. */
  widgetPath: string
  targets: readonly GatewayTarget[]
  gateway: boolean
  /** Address of the Open API, where it is not the one of the region. */
  apiBase: string | undefined
  region: 'cn' | 'com' | undefined
  ui: 'official' | 'light' | undefined
}): ServedSettings {
  const { targets, gateway, region } = options
  // Relative to the script, so that a proxy may put the service below a path of its own.
  const base = relativePath(options.widgetPath, options.basePath)
  const apiBase = gateway ? base : options.apiBase
  // Coze's SDK talks to Coze alone.
  const ui = gateway ? 'light' : options.ui
  const [target, ...others] = targets
  return {
    tokenUrl: `${base}/token`,
    ...(apiBase !== undefined && { apiBase }),
    ...(region !== undefined && { region }),
    ...(ui !== undefined && { ui }),
    ...(target !== undefined && others.length === 0 && (typeof target === 'string' ? { botId: target } : target)),
  }
}

function relativePath(from: string, to: string): string {
  const up = from.split('/').length - 1
  if (to === from) return '.'
  return to.startsWith(`${from}/`) ? `.${to.slice(from.length)}` : `${'../'.repeat(up) || './'}${to.slice(1)}`
}

/**
 * A statement in front of `embed.js` that gives the settings to its script element. What the tag or the page says wins: a chat
 * with its own token endpoint takes nothing of this service, and one with its own agent takes no other. Pictures, forms and frames of
 * the page that bear the names that are looked up are neither the script nor its options (T42), and neither is what is on
 * `Object.prototype` (T44).
 */
export function settingsStatement(settings: ServedSettings): string {
  const { tokenUrl, apiBase, ...plain } = settings
  const json = JSON.stringify({ addresses: { tokenUrl, apiBase }, plain }).replaceAll('<', '\\u003c')
  return `(function(script,served){
  if(!script||!script.dataset||!script.src)return;
  var has=Object.prototype.hasOwnProperty,find=function(holder,name){return has.call(holder,name)&&holder[name]};
  var page=find(window,"cozeChatOptions")||{},own=function(name){return find(script.dataset,name)||find(page,name)};
  if(own("tokenUrl")||own("getToken"))return;
  var plain=served.plain,addresses=served.addresses;
  Object.keys(addresses).forEach(function(name){addresses[name]=new URL(addresses[name],script.src).href});
  if(own("botId")||own("appId"))delete plain.botId,delete plain.appId,delete plain.workflowId;
  script.cozeChatService=Object.assign({__proto__:null},plain,addresses)
})(document.currentScript,${json});
`
}
