/** `/v1/bots`, `/v1/apps`, `/v1/workflows`, `/v1/users`: what the owner has built, and the account (docs/coze.md 4.2 and 4.6). */
import type { Hono } from 'hono'
import type { WireBackgrounds, WireBot, WireWorkflowRole } from '../../coze/wire/agents.ts'
import { DEFAULT_CONNECTOR, type SimulatedApp, type SimulatedBot } from '../world/catalogue.ts'
import { type Language, preferredLanguage } from '../world/language.ts'
import type { Simulation } from '../world/simulation.ts'
import { authorize } from './call/authorize.ts'
import type { SimulatorContext, SimulatorEnv } from './call/context.ts'
import { ApiFailure, dataReply } from './call/envelope.ts'
import { publishedApp, publishedBot } from './call/publication.ts'

const CREATED_AT = 1_780_000_000

export function addAgents(app: Hono<SimulatorEnv>, simulation: Simulation): void {
  app.get('/v1/bots/:id', (c) => {
    const caller = authorize(c, simulation, 'getMetadata')
    const bot = simulation.bots.get(c.req.param('id'))
    if (bot === undefined) throw new ApiFailure('notFound')
    if (caller.botIds !== undefined && !caller.botIds.includes(bot.id)) throw new ApiFailure('noPermission')
    if (c.req.query('is_published') !== 'false' && bot.publishedTo.length === 0) throw new ApiFailure('notPublished')
    return dataReply(c, wireBot(c, simulation, bot))
  })

  app.get('/v1/bot/get_online_info', (c) => {
    const caller = authorize(c, simulation, 'getMetadata')
    const { bot_id: botId = '', connector_id: connectorId } = c.req.query()
    return dataReply(
      c,
      wireBot(c, simulation, publishedBot(simulation, caller, botId, connectorId || DEFAULT_CONNECTOR)),
    )
  })

  app.get('/v1/apps/:id', (c) => {
    authorize(c, simulation, 'getMetadata')
    const found = publishedApp(simulation, c.req.param('id'), c.req.query('connector_id'))
    const data = {
      app_id: found.id,
      version: 'v0.0.1',
      name: found.name[languageOfCall(c)],
      description: '',
      icon_url: iconUrl(c),
      variables: [],
    }
    // The vendor documents `message` for this call and `msg` for all others, so both are sent.
    return c.json({ code: 0, msg: '', message: '', data, detail: { logid: c.get('logId') } })
  })

  app.get('/v1/workflows/:id', (c) => {
    authorize(c, simulation, 'getMetadata')
    const found = [...simulation.apps.values()].find(({ workflowId }) => workflowId === c.req.param('id'))
    if (found === undefined) throw new ApiFailure('notFound')
    publishedApp(simulation, found.id, c.req.query('connector_id'))
    return dataReply(c, {
      role: workflowRole(c, simulation, found),
      workflow_detail: workflowDetail(c, simulation, found),
    })
  })

  app.get('/v1/users/me', (c) => {
    const { uid } = authorize(c, simulation, 'me')
    return dataReply(c, {
      user_id: uid,
      user_name: 'harbour_coffee',
      nick_name: 'Harbour Coffee',
      avatar_url: iconUrl(c),
    })
  })
}

/** An agent presents itself in the language of the call, so that each demo page has one language. */
function languageOfCall(c: SimulatorContext): Language {
  return preferredLanguage(c.req.header('accept-language'))
}

function iconUrl(c: SimulatorContext): string {
  return `${new URL(c.req.url).origin}/assets/agent.svg`
}

function backgrounds(c: SimulatorContext): WireBackgrounds {
  const picture = { image_url: `${new URL(c.req.url).origin}/assets/cup.svg`, theme_color: '#fde7c8' }
  return { web_background_image: picture, mobile_background_image: picture }
}

function wireBot(c: SimulatorContext, simulation: Simulation, bot: SimulatedBot): WireBot {
  const language = languageOfCall(c)
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
    background_image_info: backgrounds(c),
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
  const language = languageOfCall(c)
  const bot = simulation.bots.get(app.botId)
  return {
    id: app.workflowId,
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
    background_image_info: backgrounds(c),
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
