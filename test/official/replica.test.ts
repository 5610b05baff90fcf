// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { installReplica } from '../../src/simulator/chat-sdk/install-replica.ts'
import { createWorld, openPage, settle, xhrOver } from './support.ts'

afterEach(() => vi.unstubAllGlobals())

function openNaively(lifeMs?: number) {
  const world = createWorld(lifeMs)
  const page = openPage(world)
  const Client = installReplica(window, 'https://api.test')
  const auth = (onRefreshToken: unknown = async () => world.mint().text) => ({
    config: { type: 'bot', bot_id: '73' },
    auth: { type: 'token', token: world.mint().text, onRefreshToken },
    ui: { chatBot: { el: page.container } },
  })
  return { world, page, Client, auth }
}

describe('a naive integration of the same replica shows each defect', () => {
  it('prints the options with the token at construction, and again with the chat config', async () => {
    const { page, Client, auth } = openNaively()
    const client = new Client(auth())
    expect(page.printed.filter((line) => line.includes('czs_canary_1'))).toHaveLength(1)
    await client.showChatBot()
    await settle()
    expect(page.printed.filter((line) => line.includes('czs_canary_1')).length).toBeGreaterThan(1)
  })

  it('writes into the options it was given', () => {
    const { Client, auth } = openNaively()
    const options = { ...auth(), userInfo: {} }
    new Client(options)
    expect(options.userInfo).toMatchObject({ id: expect.any(String) })
  })

  it('opens an alert in four cases and reports the last by postMessage', async () => {
    const { page, Client, auth } = openNaively()
    const post = vi.spyOn(window.parent, 'postMessage').mockImplementation(() => {})
    new Client({ ...auth(), auth: { type: 'unauth' } })
    new Client({ ...auth(), auth: { type: 'token', token: 'x' } })
    new Client({ ...auth(), auth: { type: 'token', token: 'x', onRefreshToken: 'no function' } })
    await new Client({ ...auth(), auth: { type: 'token', onRefreshToken: async () => '' } }).showChatBot()
    expect(page.alert).toHaveBeenCalledTimes(4)
    expect(post).toHaveBeenCalledWith(expect.objectContaining({ type: 'chat-sdk-error' }), '*')
  })

  it('loses a message that meets an expired token: a red mark, a renewal, no second try', async () => {
    const { world, page, Client, auth } = openNaively()
    await new Client(auth()).showChatBot()
    await settle()
    await world.clock.advance(61_000)
    await page.ask('hello')
    expect({ marks: page.marks, questions: world.questions, tokens: world.minted.length }).toEqual({
      marks: 1,
      questions: [],
      tokens: 2,
    })
    await page.ask('again')
    expect(world.questions).toEqual(['again'])
  })

  it('answers a refused token in HTTP 200 with nothing at all', async () => {
    const { world, page, Client, auth } = openNaively()
    await new Client(auth()).showChatBot()
    await settle()
    world.knobs.authStatus = 200
    await world.clock.advance(61_000)
    await page.ask('hello')
    expect({ marks: page.marks, log: page.log, questions: world.questions }).toEqual({
      marks: 0,
      log: ['hello'],
      questions: [],
    })
  })

  it('never asks again after a refresh that was rejected once', async () => {
    const { world, page, Client, auth } = openNaively()
    const refresh = vi
      .fn()
      .mockRejectedValueOnce(new Error('offline'))
      .mockImplementation(async () => world.mint().text)
    await new Client(auth(refresh)).showChatBot()
    await settle()
    await world.clock.advance(61_000)
    await page.ask('one')
    await page.ask('two')
    await page.ask('three')
    expect(refresh).toHaveBeenCalledTimes(1)
    expect(page.marks).toBe(3)
  })

  it('leaves global styles in the head and a draft under a key per agent', async () => {
    const { page, Client, auth } = openNaively()
    const client = new Client(auth())
    await client.showChatBot()
    await settle()
    const input = document.querySelector<HTMLTextAreaElement>('.coze-replica textarea')
    if (input) input.value = 'my secret'
    input?.dispatchEvent(new Event('input', { bubbles: true }))
    client.destroy()
    expect(document.head.querySelectorAll('style')).toHaveLength(1)
    expect(Object.entries(localStorage)).toEqual([['coze__draft__73', 'my secret']])
    expect(page.container.childElementCount).toBe(0)
  })

  it('starts with the calls of docs/coze.md 2.4, and recovers once from a refused token at the start', async () => {
    const { world, Client, auth } = openNaively()
    const options = auth()
    await world.clock.advance(61_000)
    await new Client(options).showChatBot()
    await settle()
    expect(world.requests.filter(({ status }) => status === 200).map(({ path }) => path)).toEqual([
      '/v1/bots/73',
      '/v1/conversations',
      '/v1/conversation/create',
      '/v1/conversation/message/list',
    ])
    expect(world.minted).toHaveLength(2)
  })

  it('needs the token up front for an app, and starts with the calls of docs/coze.md 2.5', async () => {
    const { world, page, Client, auth } = openNaively()
    await new Client({
      ...auth(),
      config: { type: 'app', appInfo: { appId: '71', workflowId: '72' } },
    }).showChatBot()
    await settle()
    await page.ask('flow')
    expect(world.requests.map(({ path }) => path)).toEqual([
      '/v1/apps/71',
      '/v1/workflows/72',
      '/v1/workflow/conversation/create',
      '/v1/conversation/message/list',
      '/v1/workflows/chat',
    ])
  })

  it('shows its ball unless told not to, and floats without a container', async () => {
    const { Client, auth } = openNaively()
    const client = new Client({ ...auth(), ui: {} })
    expect(document.querySelectorAll('.coze-replica-ball')).toHaveLength(1)
    await client.showChatBot()
    await settle()
    expect(document.querySelector('.coze-replica-floating .coze-replica')).not.toBeNull()
    client.destroy()
    expect(document.querySelector('.coze-replica-ball, .coze-replica')).toBeNull()
    expect(Client.clients).toEqual([])
  })

  it('F113: is 460 pixels wide in any container, loses draft and answer when hidden, and starts again when shown', async () => {
    const { world, page, Client, auth } = openNaively()
    const client = new Client(auth())
    await client.showChatBot()
    await settle()
    expect(document.querySelector<HTMLElement>('.coze-replica')?.style.width).toBe('460px')
    const input = document.querySelector<HTMLTextAreaElement>('.coze-replica textarea')
    if (input) input.value = 'half a thou'
    input?.dispatchEvent(new Event('input', { bubbles: true }))
    const asked = world.requests.length
    await client.hideChatBot()
    expect(page.container.childElementCount).toBe(0)
    await client.showChatBot()
    await settle()
    expect(document.querySelector<HTMLTextAreaElement>('.coze-replica textarea')?.value).toBe('')
    expect(world.requests.length - asked).toBeGreaterThanOrEqual(3)
  })

  it('F113: reloads the page by its own button after a start that failed, and tells nobody', async () => {
    const { page, Client, auth } = openNaively()
    const reload = vi.spyOn(window.location, 'reload').mockImplementation(() => {})
    vi.stubGlobal(
      'XMLHttpRequest',
      xhrOver(async () => new Response('{"code":5000}', { status: 500 })),
    )
    await new Client(auth()).showChatBot()
    await settle()
    expect(document.querySelector('.coze-replica textarea')).toBeNull()
    page.container.querySelector<HTMLButtonElement>('.coze-replica-problem button')?.click()
    expect(reload).toHaveBeenCalledOnce()
  })

  it('F113: leaves a cookie of the whole site', async () => {
    const { Client, auth } = openNaively()
    const client = new Client(auth())
    await client.showChatBot()
    client.destroy()
    expect(document.cookie).toContain('i18next=')
  })
})
