/** Whether an agent or an app can be used in a channel (docs/coze.md 6.4). */

import { DEFAULT_CONNECTOR, type SimulatedApp, type SimulatedBot } from '../../world/catalogue.ts'
import type { Simulation } from '../../world/simulation.ts'
import type { Caller } from './authorize.ts'
import { ApiFailure } from './envelope.ts'

/** @throws ApiFailure 4006 for an unknown agent, 4101 outside the scope of the token, 4015 outside its channels */
export function publishedBot(simulation: Simulation, caller: Caller, botId: string, connectorId: string): SimulatedBot {
  const bot = simulation.bots.get(botId)
  if (bot === undefined) throw new ApiFailure('invalidBot')
  if (caller.botIds !== undefined && !caller.botIds.includes(botId)) throw new ApiFailure('noPermission')
  if (!bot.publishedTo.includes(connectorId)) throw new ApiFailure('notPublished')
  return bot
}

/** @throws ApiFailure 4200 for an app that is unknown or outside its channels */
export function publishedApp(simulation: Simulation, appId: string, connectorId: string | undefined): SimulatedApp {
  const app = simulation.apps.get(appId)
  if (app === undefined || !app.publishedTo.includes(connectorId || DEFAULT_CONNECTOR)) throw new ApiFailure('notFound')
  return app
}
