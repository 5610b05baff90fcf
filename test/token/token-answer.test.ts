import { describe, expect, it } from 'vitest'
import { readGrant } from '../../src/token/token-answer.ts'

describe('readGrant', () => {
  const ours = { access_token: 'czs_a', token_type: 'Bearer', expires_in: 838, kind: 'user', subject: 's_1' }

  it('reads the answer of our own service', () => {
    expect(readGrant({ ...ours, session_id: 'v1.x' })).toEqual({
      text: 'czs_a',
      ttlMs: 838_000,
      kind: 'user',
      subject: 's_1',
      sessionId: 'v1.x',
    })
    expect(readGrant({ ...ours, kind: 'admin', subject: 7 })).toMatchObject({ kind: undefined, subject: undefined })
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a bare token', 'czs_a'],
    ['another name for it', { ...ours, access_token: undefined, token: 'czs_a' }],
    ['a personal token', { ...ours, access_token: 'pat_secret' }],
    ['a token with a line break', { ...ours, access_token: 'czs_a\r\nx: y' }],
    ['no life', { access_token: 'czs_a' }],
    ['a life as text', { ...ours, expires_in: '838' }],
    ['F8: an epoch', { ...ours, expires_in: 1_790_000_000 }],
    ['an error beside the token', { ...ours, error: 'signed_out' }],
    ['F54: fields of a polluted prototype', Object.create(ours)],
  ])('leaves %s to those who know foreign answers', (_, answer) => {
    expect(readGrant(answer)).toBeUndefined()
  })
})
