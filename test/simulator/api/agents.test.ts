import { describe, expect, it } from 'vitest'
import { SIMULATOR_IDS } from '../../../src/simulator/index.ts'
import { useSimulator } from '../support.ts'

const { botId, secondBotId, unpublishedBotId, appId, workflowId } = SIMULATOR_IDS
const world = useSimulator()

const get = async (path: string) => (await world.visitor.json('GET', path)).body

describe('agents, apps and chatflows', () => {
  it('describes an agent with its system prompt, as Coze does to every browser', async () => {
    expect(await get(`/v1/bots/${botId}`)).toMatchObject({
      code: 0,
      data: {
        bot_id: botId,
        name: 'Mocha',
        prompt_info: { prompt: expect.stringContaining('SIMULATED-SYSTEM-PROMPT') },
        onboarding_info: { prologue: expect.any(String), suggested_questions: expect.any(Array) },
      },
    })
    expect(await get(`/v1/bot/get_online_info?bot_id=${secondBotId}&connector_id=999`)).toMatchObject({
      data: { name: 'Latte' },
    })
  })

  it('speaks of an agent that is nowhere published, or nowhere at all, by codes', async () => {
    expect(await get(`/v1/bots/${unpublishedBotId}`)).toMatchObject({ code: 4015 })
    expect(await get(`/v1/bots/${unpublishedBotId}?is_published=false`)).toMatchObject({ code: 0 })
    expect(await get('/v1/bots/1')).toMatchObject({ code: 4200 })
    expect(await get(`/v1/bot/get_online_info?bot_id=${unpublishedBotId}`)).toMatchObject({ code: 4015 })
  })

  it('describes an app with both spellings of msg, and a chatflow with both blocks', async () => {
    expect(await get(`/v1/apps/${appId}?connector_id=999`)).toMatchObject({
      code: 0,
      msg: '',
      message: '',
      data: { app_id: appId },
    })
    expect(await get(`/v1/workflows/${workflowId}?connector_id=999`)).toMatchObject({
      data: { role: { workflow_id: workflowId, name: 'Mocha' }, workflow_detail: { app_id: appId } },
    })
    expect(await get('/v1/apps/1')).toMatchObject({ code: 4200 })
  })

  it('tells about the account, not about the visitor', async () => {
    expect(await get('/v1/users/me')).toMatchObject({ data: { user_id: SIMULATOR_IDS.accountId } })
  })
})
