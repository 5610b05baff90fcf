import { describe, expect, it } from 'vitest'
import { toServiceRequest } from '../../../src/server/http/service-request.ts'
import { type AgentProfilesOptions, createAgentProfiles } from '../../../src/server/upstream/agent-profiles.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { tokenRequest } from '../support/test-service.ts'

/** As Coze has it: with what no visitor may see. */
const BOT = {
  bot_id: '73',
  name: 'Mocha',
  description: 'Knows coffee',
  icon_url: 'https://cdn.test/icon.png',
  prompt_info: { prompt: 'CANARY system prompt' },
  onboarding_info: { prologue: 'Hello', suggested_questions: ['Open on Sunday?'], CANARY: 'x' },
  model_info: { model_id: 'CANARY model' },
  plugin_info_list: [{ plugin_id: 'CANARY plugin' }],
  workflow_info_list: [{ id: 'CANARY workflow' }],
  knowledge: { knowledge_infos: ['CANARY'] },
  owner_user_id: 'CANARY owner',
  folder_id: 'CANARY',
  media_config: { is_voice_call_closed: false },
  voice_info_list: [{ voice_id: '9', language_code: 'en' }],
  shortcut_commands: [
    {
      id: 's1',
      name: 'Menu',
      command: '/menu',
      query_template: 'Menu',
      agent_id: 'CANARY',
      tool: { name: 'CANARY', type: 'x' },
    },
  ],
  suggest_reply_info: { customized_prompt: 'CANARY' },
  background_image_info: { web_background_image: { image_url: 'https://cdn.test/wide.jpg', theme_color: 'CANARY' } },
}

const WORKFLOW = {
  role: {
    id: 'CANARY',
    workflow_id: '75',
    name: 'Tea',
    onboarding_info: { prologue: 'Hi' },
    suggest_reply_info: { customized_suggest_prompt: 'CANARY' },
  },
  workflow_detail: { workflow_id: '75', workflow_name: 'Tea', app_id: '74', creator: { id: 'CANARY', name: 'CANARY' } },
}

function setUp(options: Partial<AgentProfilesOptions> = {}) {
  const clock = createFakeClock()
  const asked: Request[] = []
  let respond = async (request: Request): Promise<Response> =>
    Response.json({
      code: 0,
      data: request.url.includes('/workflows/') ? WORKFLOW : { ...BOT, name: `Mocha ${asked.length}` },
    })
  const profiles = createAgentProfiles({
    targets: ['73', { workflowId: '75' }],
    apiBase: 'https://coze.test',
    connectorId: '999',
    clock,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      asked.push(request)
      return respond(request)
    },
    ...options,
  })
  const kept: Promise<unknown>[] = []
  const of = (id = '73', language = 'en', accessToken = async () => 'czs_1') => {
    const request = tokenRequest({ headers: { 'accept-language': language } })
    const context = { waitUntil: (promise: Promise<unknown>) => void kept.push(promise) }
    return profiles.of(id, toServiceRequest(request, context), accessToken)
  }
  return {
    clock,
    asked,
    of,
    /** Everything that was begun behind the responses has ended. */
    settled: () => Promise.all(kept),
    script: (next: typeof respond) => void (respond = next),
  }
}

describe('the profiles of agents', () => {
  it('are read behind the response, with the visitor’s token, for those who come later', async () => {
    const { of, asked, settled } = setUp()
    expect(of()).toBeUndefined()
    await settled()
    expect(asked.map(({ url }) => url)).toEqual(['https://coze.test/v1/bots/73?is_published=true'])
    expect(asked[0]?.headers.get('authorization')).toBe('Bearer czs_1')
    expect(of()).toMatchObject({ id: '73', profile: { bot_id: '73', name: 'Mocha 1' } })
    expect(of('75')).toBeUndefined()
    await settled()
    expect(asked[1]?.url).toBe('https://coze.test/v1/workflows/75?connector_id=999&is_debug=false')
    expect(of('75')).toMatchObject({ id: '75', profile: { role: { name: 'Tea' } } })
  })

  it('hold only what the chat draws: no prompt, model, plugin, knowledge, owner or creator', async () => {
    const { of, settled } = setUp()
    for (const id of ['73', '75']) of(id)
    await settled()
    for (const id of ['73', '75']) expect(JSON.stringify(of(id))).not.toMatch(/CANARY/)
    expect(of()?.profile).toEqual({
      bot_id: '73',
      name: 'Mocha 1',
      description: 'Knows coffee',
      icon_url: 'https://cdn.test/icon.png',
      onboarding_info: { prologue: 'Hello', suggested_questions: ['Open on Sunday?'] },
      media_config: { is_voice_call_closed: false },
      voice_info_list: [{ voice_id: '9' }],
      background_image_info: { web_background_image: { image_url: 'https://cdn.test/wide.jpg' } },
      shortcut_commands: [{ id: 's1', name: 'Menu', command: '/menu', query_template: 'Menu' }],
    })
  })

  it('are those of the agents that the owner has named, and of no others', async () => {
    const { of, asked, settled } = setUp()
    for (const id of ['1', '', '74', '__proto__', '73/../74', '7300000000000000001']) expect(of(id)).toBeUndefined()
    await settled()
    expect(asked).toEqual([])
  })

  it('are kept for each language', async () => {
    const { of, asked, settled } = setUp()
    of('73', 'zh-CN,zh;q=0.9')
    await settled()
    expect(of('73', 'de-DE')).toBeUndefined()
    await settled()
    expect(asked.map(({ headers }) => headers.get('accept-language'))).toEqual(['zh', 'en'])
    expect([of('73', 'zh')?.profile['name'], of('73', 'fr')?.profile['name']]).toEqual(['Mocha 1', 'Mocha 2'])
  })

  it('are read once for all who come together, again after a minute, and not handed out after ten', async () => {
    const { of, asked, settled, clock } = setUp()
    for (let visitor = 0; visitor < 50; visitor++) of()
    await settled()
    expect(asked).toHaveLength(1)
    await clock.advance(59_000)
    expect(of()?.profile['name']).toBe('Mocha 1')
    await clock.advance(1_000)
    expect(of()?.profile['name']).toBe('Mocha 1')
    await settled()
    expect(of()?.profile['name']).toBe('Mocha 2')
    await clock.advance(600_001)
    expect(of()).toBeUndefined()
  })

  it.each<[string, () => Promise<Response>]>([
    ['a refusal', async () => Response.json({ code: 4101, msg: 'no permission' })],
    ['a status', async () => Response.json({ code: 0, data: BOT }, { status: 500 })],
    ['a redirect', async () => new Response(null, { status: 302, headers: { location: 'http://10.0.0.1/' } })],
    ['a page', async () => new Response('<h1>Bad gateway</h1>')],
    ['another shape', async () => Response.json({ code: 0, data: { ...BOT, onboarding_info: { prologue: 7 } } })],
    ['no data', async () => Response.json({ code: 0 })],
    ['an endless body', async () => Response.json({ code: 0, data: { ...BOT, prompt: 'x'.repeat(1_100_000) } })],
    [
      'a profile that is too long',
      async () => Response.json({ code: 0, data: { ...BOT, description: 'x'.repeat(9_000) } }),
    ],
    ['no network', () => Promise.reject(new TypeError('fetch failed'))],
  ])('%s leaves the answer without a profile, and is not asked for again within 30 s', async (_what, answer) => {
    const { of, asked, settled, script, clock } = setUp()
    script(answer)
    of()
    await settled()
    expect(of()).toBeUndefined()
    await clock.advance(29_000)
    of()
    expect(asked).toHaveLength(1)
    script(async () => Response.json({ code: 0, data: BOT }))
    await clock.advance(1_000)
    of()
    await settled()
    expect(of()).toMatchObject({ id: '73' })
  })

  it('an outage leaves the profile that is known, until it is too old', async () => {
    const { of, settled, script, clock } = setUp()
    of()
    await settled()
    script(() => Promise.reject(new TypeError('fetch failed')))
    for (let minute = 0; minute < 10; minute++) {
      expect(of()?.profile['name']).toBe('Mocha 1')
      await settled()
      await clock.advance(60_000)
    }
    await clock.advance(1)
    expect(of()).toBeUndefined()
  })

  it('a token that cannot be had costs the profile and nothing else', async () => {
    const { of, asked, settled } = setUp()
    expect(of('73', 'en', () => Promise.reject(new Error('rate limited')))).toBeUndefined()
    await settled()
    expect(asked).toEqual([])
  })

  it('null is left out: browsers read absence', async () => {
    const { of, settled, script } = setUp()
    script(async () =>
      Response.json({ code: 0, data: { bot_id: '73', name: 'Mocha', icon_url: null, onboarding_info: null } }),
    )
    of()
    await settled()
    expect(of()?.profile).toEqual({ bot_id: '73', name: 'Mocha' })
  })
})
