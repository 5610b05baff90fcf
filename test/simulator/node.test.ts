import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { simulate } from '../../src/cli/simulate/simulate.ts'
import { type RunningSimulator, startSimulator } from '../../src/simulator/node.ts'
import { chatBody, parseStream, spoken } from './support.ts'

let running: RunningSimulator

beforeAll(async () => {
  running = await startSimulator({ knobs: { pieceDelayMs: 1, pieceLength: 12, followUps: false } })
})
afterAll(() => running.close())

const ask = (session: string, text: string) =>
  fetch(`${running.url}/v3/chat`, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.simulator.issueToken(session)}`, 'content-type': 'application/json' },
    body: JSON.stringify(chatBody(text)),
  })

describe('the simulator on a port', () => {
  it('carries 1,000 streams at once, and each visitor reads the whole of their own answer', async () => {
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async (_unused, index) => {
        const response = await ask(`S${index}`, `My name is Visitor${'abcdefghij'[index % 10]}`)
        return spoken(parseStream(await response.text()))
      }),
    )
    const expected = (index: number) => `Nice to meet you, Visitor${'abcdefghij'[index % 10]}! How can I help?`
    expect(answers.filter((answer, index) => answer !== expected(index))).toEqual([])
    // This is about the text and not about time: a busy machine may take long for a thousand sockets.
  }, 90_000)

  it('breaks the socket of a lost connection without printing an error', async () => {
    const printed = vi.spyOn(console, 'error')
    const response = await ask('CUT', '/cut')
    await expect(response.text()).rejects.toThrow()
    expect(printed).not.toHaveBeenCalled()
  })

  it('says so when the port is taken', async () => {
    const port = Number(new URL(running.url).port)
    await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('closes although a stream is open', async () => {
    const other = await startSimulator({ knobs: { firstByteDelayMs: 600_000 } })
    const response = await fetch(`${other.url}/v3/chat`, {
      method: 'POST',
      headers: { authorization: `Bearer ${other.simulator.issueToken('A')}`, 'content-type': 'application/json' },
      body: JSON.stringify(chatBody('hello')),
    })
    const reading = expect(response.text()).rejects.toThrow()
    await other.close()
    await reading
  })

  it('simulate() prints the address and what a token service needs', async () => {
    const printed = vi.spyOn(console, 'log').mockImplementation(() => {})
    const started = await simulate({ port: 0 })
    const text = printed.mock.calls.flat().join('\n')
    await started.close()
    expect(text).toContain(`COZE_API_BASE=${started.url}`)
    expect(text).toContain('COZE_APP_ID=')
    expect(text).toMatch(/COZE_PRIVATE_KEY="-----BEGIN PRIVATE KEY-----\\n.+\\n-----END PRIVATE KEY-----"/)
  })
})
