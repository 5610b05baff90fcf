// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { loadOfficialSdk } from '../../../src/official/sdk/load-sdk.ts'
import { createWorld, openPage, type ScriptAnswer, SDK_URL, serveScripts, settle } from '../support.ts'

afterEach(() => vi.unstubAllGlobals())

let address = 0

function load(answers: ScriptAnswer[], source: { integrity?: string; nonce?: string } = {}) {
  const world = createWorld()
  openPage(world)
  const scripts = serveScripts(answers)
  const stop = new AbortController()
  const url = `${SDK_URL}?load=${address++}`
  const start = () => loadOfficialSdk(document, { url, ...source }, { clock: world.clock, signal: stop.signal })
  const outcome = start().then(
    (sdk) => ({ sdk }),
    (error: { code: string; message: string; retryable: boolean }) => ({ error }),
  )
  return { ...world, scripts, stop, url, start, outcome }
}

/** Lets the fake time pass in small steps, with the script host answering in between. */
async function pass(clock: { advance(ms: number): Promise<void> }, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 250) {
    await settle()
    await clock.advance(250)
  }
  await settle()
}

describe('loading the SDK', () => {
  it('takes it from the address once, then from memory', async () => {
    const { outcome, scripts, start } = load(['replica'], { nonce: 'n0', integrity: 'sha384-abc' })
    await expect(outcome).resolves.toHaveProperty('sdk')
    await start()
    expect(scripts).toHaveLength(1)
    expect(scripts[0]).toMatchObject({
      nonce: 'n0',
      integrity: 'sha384-abc',
      crossOrigin: 'anonymous',
      charset: 'utf-8',
      isConnected: false,
    })
  })

  it('uses what the page has loaded itself', async () => {
    const world = createWorld()
    openPage(world)
    class WebChatClient {}
    Object.assign(window, { CozeWebSDK: { WebChatClient } })
    const scripts = serveScripts(['missing'])
    const signal = new AbortController().signal
    const sdk = await loadOfficialSdk(document, { url: `${SDK_URL}?own` }, { clock: world.clock, signal })
    expect(sdk.WebChatClient).toBe(WebChatClient)
    expect(scripts).toHaveLength(0)
  })

  it('F49: a missing file is tried three times, then given up with nodes removed', async () => {
    const { outcome, scripts, clock } = load(['missing'])
    await pass(clock, 5_000)
    await expect(outcome).resolves.toMatchObject({ error: { code: 'sdk_load_failed', retryable: true } })
    expect(scripts.map((script) => script.isConnected)).toEqual([false, false, false])
    expect(clock.pending).toBe(0)
  })

  it('F49: a host that fails twice is forgiven', async () => {
    const { outcome, scripts, clock } = load(['missing', 'missing', 'replica'])
    await pass(clock, 5_000)
    await expect(outcome).resolves.toHaveProperty('sdk')
    expect(scripts).toHaveLength(3)
  })

  it('F49: a host that never answers is given up after 15 s, and the next call starts anew', async () => {
    const { outcome, scripts, clock, start } = load(['silent', 'replica'])
    await pass(clock, 15_000)
    await expect(outcome).resolves.toMatchObject({ error: { code: 'sdk_load_failed', retryable: true } })
    expect(scripts[0]?.isConnected).toBe(false)
    expect(clock.pending).toBe(0)
    await expect(start()).resolves.toHaveProperty('WebChatClient')
  })

  it('F49, F50: a page instead of a script, or another global, is unusable and not asked for again', async () => {
    for (const answer of [
      'html',
      () => Object.assign(window, { CozeWebSDK: { version: 1 } }),
      () => Object.assign(window, { CozeWebSDK: { WebChatClient: { create() {} } } }),
      () => Object.assign(window, { CozeWebSDK: null }),
    ] satisfies ScriptAnswer[]) {
      const { outcome, scripts } = load([answer])
      await expect(outcome).resolves.toMatchObject({ error: { code: 'sdk_unusable' } })
      expect(scripts).toHaveLength(1)
    }
  })

  it('F48, F53: a script that the page’s policy blocks is named and not tried again', async () => {
    const { outcome, scripts, clock, url } = load([
      (script) => {
        const event = new Event('securitypolicyviolation')
        Object.assign(event, { blockedURI: script.src })
        document.dispatchEvent(event)
        script.dispatchEvent(new Event('error'))
      },
    ])
    await pass(clock, 5_000)
    await expect(outcome).resolves.toMatchObject({
      error: { code: 'blocked_by_csp', message: expect.stringContaining(url) },
    })
    expect(scripts).toHaveLength(1)
  })

  it('under trusted types one policy lets the configured addresses pass and nothing else', async () => {
    const rules: { createScriptURL(url: string): string }[] = []
    vi.stubGlobal('trustedTypes', {
      createPolicy: (name: string, rule: { createScriptURL(url: string): string }) => {
        expect(name).toBe('coze-chat-widget')
        rules.push(rule)
        return rule
      },
    })
    const { outcome, url } = load(['replica'])
    await expect(outcome).resolves.toHaveProperty('sdk')
    expect(rules).toHaveLength(1)
    expect(rules[0]?.createScriptURL(url)).toBe(url)
    expect(() => rules[0]?.createScriptURL('https://evil.test/x.js')).toThrow(TypeError)
  })

  it('F13: the load ends when the last of those who wait for it has gone', async () => {
    const { outcome, scripts, stop, clock, url } = load(['silent'])
    const other = new AbortController()
    const second = loadOfficialSdk(document, { url }, { clock, signal: other.signal }).catch((error: unknown) => error)
    await settle()
    stop.abort()
    await expect(outcome).resolves.toMatchObject({ error: { code: 'aborted' } })
    expect(scripts[0]?.isConnected).toBe(true)
    other.abort()
    await expect(second).resolves.toMatchObject({ code: 'aborted' })
    await settle()
    expect(scripts[0]?.isConnected).toBe(false)
    expect(clock.pending).toBe(0)
  })

  it('keeps the styles the script adds while it runs, and none of the page’s', async () => {
    const { outcome } = load(['replica'])
    const own = document.createElement('style')
    document.head.append(own)
    const loaded = await outcome
    await settle()
    const styles = 'sdk' in loaded ? [...loaded.sdk.traces.styles] : []
    expect(styles).toHaveLength(1)
    expect(styles).not.toContain(own)
  })
})
