/** What the owner built, as the API describes it: agents, apps, chatflows, and the account itself. */
import type { Hono } from 'hono'
import type { WireBot, WireWorkflowRole } from '../coze/wire.ts'
import { authorize } from './authorize.ts'
import { publishedBot } from './chats.ts'
import { type Language, preferredLanguage } from './language.ts'
import { ApiFailure, ok } from './replies.ts'
import type { Simulation, SimulatorContext, SimulatorEnv } from './simulation.ts'
import { DEFAULT_CONNECTOR, type SimulatedApp, type SimulatedBot } from './world.ts'

const CREATED_AT = 1_780_000_000

export function addAgents(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.get('/v1/bots/:id', (c) => {
    const caller = authorize(c, simulation, 'getMetadata')
    const bot = simulation.bots.get(c.req.param('id'))
    if (bot === undefined) throw new ApiFailure(4200)
    if (caller.botIds !== undefined && !caller.botIds.includes(bot.id)) throw new ApiFailure(4101)
    if (c.req.query('is_published') !== 'false' && bot.publishedTo.length === 0) throw new ApiFailure(4015)
    return ok(c, wireBot(c, simulation, bot))
  })

  app.get('/v1/bot/get_online_info', (c) => {
    const caller = authorize(c, simulation, 'getMetadata')
    const { bot_id: botId = '', connector_id: connectorId } = c.req.query()
    return ok(c, wireBot(c, simulation, publishedBot(simulation, caller, botId, connectorId || DEFAULT_CONNECTOR)))
  })

  app.get('/v1/apps/:id', (c) => {
    authorize(c, simulation, 'getMetadata')
    const found = publishedApp(simulation, c.req.param('id'), c.req.query('connector_id'))
    const data = {
      app_id: found.id,
      version: 'v0.0.1',
      name: found.name[speech(c)],
      description: '',
      icon_url: iconUrl(c),
      variables: [],
    }
    // This call says `message` where the others say `msg`.
    return c.json({ code: 0, msg: '', message: '', data, detail: { logid: c.get('logId') } })
  })

  app.get('/v1/workflows/:id', (c) => {
    authorize(c, simulation, 'getMetadata')
    const found = [...simulation.apps.values()].find(({ workflowId }) => workflowId === c.req.param('id'))
    if (found === undefined) throw new ApiFailure(4200)
    publishedApp(simulation, found.id, c.req.query('connector_id'))
    return ok(c, { role: workflowRole(c, simulation, found), workflow_detail: workflowDetail(c, simulation, found) })
  })

  app.get('/v1/users/me', (c) => {
    const { uid } = authorize(c, simulation, 'me')
    if (simulation.knobs.flavour === 'studio') return c.notFound()
    return ok(c, { user_id: uid, user_name: 'harbour_coffee', nick_name: 'Harbour Coffee', avatar_url: iconUrl(c) })
  })
}

/** @throws ApiFailure 4200 */
export function publishedApp(simulation: Simulation, appId: string, connectorId: string | undefined): SimulatedApp {
  const app = simulation.apps.get(appId)
  if (app === undefined || !app.publishedTo.includes(connectorId || DEFAULT_CONNECTOR)) throw new ApiFailure(4200)
  return app
}

/** The simulated agent presents itself in the language of the call, so that each demo page has one language. */
function speech(c: SimulatorContext): Language {
  return preferredLanguage(c.req.header('accept-language'))
}

function iconUrl(c: SimulatorContext): string {
  return `${new URL(c.req.url).origin}/assets/agent.svg`
}

function wireBot(c: SimulatorContext, simulation: Simulation, bot: SimulatedBot): WireBot {
  const language = speech(c)
  const prologue = bot.prologue[language]
  const questions = bot.suggestedQuestions[language]
  return {
    bot_id: bot.id,
    name: bot.name[language],
    description: bot.description[language],
    icon_url: iconUrl(c),
    create_time: CREATED_AT,
    update_time: CREATED_AT,
    version: '1780000000000',
    prompt_info: { prompt: bot.prompt },
    onboarding_info: simulation.knobs.pascalCaseOnboarding
      ? { Prologue: prologue, SuggestedQuestions: questions }
      : { prologue, suggested_questions: questions },
    bot_mode: 0,
    plugin_info_list: [
      {
        plugin_id: '7600000000000000001',
        name: 'Orders',
        api_info_list: [{ api_id: '7600000000000000101', name: 'search_orders' }],
      },
    ],
    model_info: { model_id: '1737521813', model_name: 'Simulated model' },
    knowledge: { knowledge_infos: [{ id: '7700000000000000001', name: 'Store handbook' }] },
    variables: [],
    media_config: { is_voice_call_closed: false },
    owner_user_id: '2400000000000001',
    voice_info_list: [{ voice_id: '7426720361733046281', language_code: 'zh' }],
    shortcut_commands: shortcuts(bot, language),
    workflow_info_list: [{ id: '7400000000000000101', name: 'Order flow' }],
    default_user_input_type: 'text',
    suggest_reply_info: { reply_mode: 'enable', customized_prompt: '' },
    folder_id: '0',
  }
}

function shortcuts(bot: SimulatedBot, language: Language): NonNullable<WireBot['shortcut_commands']> {
  const isChinese = language === 'zh'
  const [orders, brew, beans] = isChinese
    ? (['查订单', '教我冲煮', '推荐豆子'] as const)
    : (['My orders', 'How to brew', 'Find my beans'] as const)
  const shortcut = (id: string, name: string, command: string, template: string, description = '') => ({
    id,
    name,
    command,
    description,
    query_template: template,
    components: [],
    agent_id: bot.id,
  })
  return [
    shortcut('7800000000000000001', orders, '/orders', '/tool'),
    shortcut('7800000000000000002', brew, '/brew', isChinese ? '怎么冲咖啡？' : 'How do I brew it?'),
    isChinese
      ? shortcut('7800000000000000003', beans, '/beans', '推荐一款{{口味}}的豆子，适合{{器具}}', '按口味和器具')
      : shortcut(
          '7800000000000000003',
          beans,
          '/beans',
          'Recommend {{taste}} beans for my {{brewer}}',
          'By taste and brewer',
        ),
  ]
}

function workflowRole(c: SimulatorContext, simulation: Simulation, app: SimulatedApp): WireWorkflowRole {
  const language = speech(c)
  const bot = simulation.bots.get(app.botId)
  return {
    id: `${app.workflowId}`,
    workflow_id: app.workflowId,
    connector_id: c.req.query('connector_id') || DEFAULT_CONNECTOR,
    name: bot?.name[language] ?? app.name[language],
    description: bot?.description[language] ?? '',
    avatar: { image_uri: 'agent.svg', image_url: iconUrl(c) },
    onboarding_info: {
      prologue: bot?.prologue[language] ?? '',
      suggested_questions: bot?.suggestedQuestions[language] ?? [],
      display_all_suggestions: true,
    },
    suggest_reply_info: { suggest_reply_mode: 1, customized_suggest_prompt: '' },
    audio_config: { voice_config_map: {}, is_text_to_voice_enable: false, agent_message_type: 1 },
    user_input_config: { default_input_mode: 1, send_voice_mode: 1 },
  }
}

function workflowDetail(c: SimulatorContext, simulation: Simulation, app: SimulatedApp) {
  return {
    workflow_id: app.workflowId,
    workflow_name: 'order_flow',
    app_id: app.id,
    description: '',
    icon_url: iconUrl(c),
    creator: { id: simulation.bots.get(app.botId)?.id ?? '', name: 'Harbour Coffee' },
    created_at: CREATED_AT,
    updated_at: CREATED_AT,
  }
}
