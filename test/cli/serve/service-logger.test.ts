import { expect, it } from 'vitest'
import { createServiceLogger } from '../../../src/cli/serve/service-logger.ts'

it('T9: blacks out what must not be in a log, at the top and one level down', () => {
  let log = ''
  const logger = createServiceLogger('info', { write: (line) => (log += line) })
  const secrets = { authorization: 'canary', cookie: 'canary', access_token: 'canary', session_id: 'canary' }
  logger.info({ ...secrets, request: secrets, subject: 's_1' }, 'event')
  expect(log).not.toContain('canary')
  expect(JSON.parse(log)).toMatchObject({
    access_token: '[redacted]',
    request: { cookie: '[redacted]' },
    subject: 's_1',
  })
})
