import { expect, it } from 'vitest'
import { createChatStore } from '../../../src/chat/chat-store.ts'
import { bundledParts } from '../../../src/widget/bundled-parts.ts'
import { createFakeClock } from '../../support/fake-clock.ts'
import { createScriptedServer, failure } from '../../support/scripted-transport.ts'

it('F47: a question that was not sent, since its new topic could not begin, is not looked for at the server', async () => {
  const server = createScriptedServer()
  const store = createChatStore({ parts: bundledParts, clock: createFakeClock(), transport: server.transport })
  await store.send('1')
  await store.clearContext()
  const before = server.calls.length
  server.fail('clearContext', failure('network'))
  await store.send('2')
  const failed = store.getState().messages.at(-1)
  expect(failed).toMatchObject({ text: '2', status: 'failed', problem: { code: 'network' } })
  expect(server.calls.slice(before)).toEqual([])
  await store.retry(failed?.key ?? '')
  expect(server.calls.slice(before).map(([name]) => name)).toEqual(['clearContext', 'ask'])
})
