import { describe, expect, it } from 'vitest'
import { CozeChatError } from '../../src/errors.ts'
import {
  type ChangeReason,
  type ConfirmedPresence,
  type ConfirmedVisitor,
  confirmedVisitor,
  expectedKind,
  initialPresence,
  type LivePresence,
  type Presence,
  type PresenceEffect,
  type PresenceEvent,
  reducePresence,
  type SignedOutPresence,
  visitorStatus,
} from '../../src/visitor/visitor-state.ts'

const ANNA = { subject: 's_anna', kind: 'user' } as const
const BERT = { subject: 's_bert', kind: 'user' } as const
const NOBODY = { subject: 's_anonymous', kind: 'anonymous' } as const
const refused = new CozeChatError('signed_out', 'The token endpoint returned status 401.')

const NEW = initialPresence()
const confirmedAs = (visitor: ConfirmedVisitor, live: LivePresence = NEW): ConfirmedPresence => ({
  ...live,
  status: 'confirmed',
  visitor,
})
const signedOutUntil = (untilMs: number, live: LivePresence): SignedOutPresence => ({
  ...live,
  status: 'signed-out',
  expected: 'user',
  error: refused,
  untilMs,
})
const STATES = {
  new: NEW,
  'new, user required': initialPresence('required'),
  'new, anonymous only': initialPresence('anonymous'),
  anonymous: confirmedAs(NOBODY),
  'Anna is there': confirmedAs(ANNA),
  'Anna, user required': confirmedAs(ANNA, initialPresence('required')),
  'Anna, being checked': { ...confirmedAs(ANNA), checking: true },
  'signed out by the server': signedOutUntil(6_000, NEW),
  'signed out by logout()': signedOutUntil(Number.POSITIVE_INFINITY, initialPresence('required')),
  destroyed: { status: 'destroyed', epoch: 0 },
} as const satisfies Record<string, Presence>

const confirmed = (visitor: typeof ANNA | typeof BERT | typeof NOBODY, fields: object = {}) =>
  ({ type: 'confirmed', visitor, ticket: undefined, namedByServer: true, ...fields }) as const
const EVENTS = {
  identified: { type: 'identified', sameProof: false },
  'identified by the same proof': { type: 'identified', sameProof: true },
  'logged out': { type: 'logged-out' },
  forgotten: { type: 'forgotten' },
  'Anna is named': confirmed(ANNA),
  'Bert is named': confirmed(BERT),
  'nobody is named': confirmed(NOBODY, { namedByServer: false }),
  'an anonymous visitor gets a ticket': confirmed(NOBODY, { ticket: 'v1.ticket' }),
  'signed out': { type: 'signed-out', error: refused, nowMs: 5_000 },
  'a token came': { type: 'token-received' },
  doubted: { type: 'doubted' },
  copied: { type: 'copied', epoch: 0 },
  'copied in an old epoch': { type: 'copied', epoch: -1 },
  destroyed: { type: 'destroyed' },
} as const satisfies Record<string, PresenceEvent>

/** A presence and the effects in the words of the table. */
function describePresence(presence: Presence): string {
  const { epoch, status } = presence
  if (status === 'destroyed') return `epoch ${epoch}, destroyed`
  const expects = expectedKind(presence)
  return [
    `epoch ${epoch}`,
    confirmedVisitor(presence)?.subject ?? 'unknown',
    expects && `expects ${expects}`,
    status === 'signed-out' && `signed out until ${presence.untilMs}`,
    presence.checking && 'checking',
  ]
    .filter(Boolean)
    .join(', ')
}

function describeEffect(effect: PresenceEffect): string {
  switch (effect.type) {
    case 'keep-session-id':
      return `keep id ${effect.id}`
    case 'end-life':
      return `change ${effect.reason}`
    case 'announce-session':
      return `session ${effect.visitor.subject}`
    case 'announce-checking':
      return `checking ${effect.checking}`
    default:
      return effect.type.replace('announce-', '').replaceAll('-', ' ')
  }
}

const describeSteps = (presence: Presence, event: PresenceEvent) =>
  reducePresence(presence, event).map(
    (step) => `${describePresence(step.presence)}: ${step.effects.map(describeEffect).join(', ') || 'nothing to do'}`,
  )

/** Each event, and what it does in each state; a state that is not listed under an event is not changed by it. */
const TABLE: Record<keyof typeof EVENTS, Partial<Record<keyof typeof STATES, string[]>>> = {
  identified: {
    new: ['epoch 1, unknown, expects user: drop session id, change login'],
    'new, user required': ['epoch 1, unknown, expects user: drop session id, change login'],
    'new, anonymous only': ['epoch 1, unknown, expects user: drop session id, change login'],
    anonymous: ['epoch 1, unknown, expects user: drop session id, forget memory, change login'],
    'Anna is there': ['epoch 1, unknown, expects user: drop session id, forget memory, change login'],
    'Anna, user required': ['epoch 1, unknown, expects user: drop session id, forget memory, change login'],
    'Anna, being checked': [
      'epoch 1, unknown, expects user, checking: drop session id, forget memory, change login',
      'epoch 1, unknown, expects user: checking false',
    ],
    'signed out by the server': ['epoch 1, unknown, expects user: drop session id, change login'],
    'signed out by logout()': ['epoch 1, unknown, expects user: drop session id, change login'],
  },
  'identified by the same proof': {
    new: ['epoch 1, unknown, expects user: drop session id, change login'],
    'new, user required': ['epoch 1, unknown, expects user: drop session id, change login'],
    'new, anonymous only': ['epoch 1, unknown, expects user: drop session id, change login'],
    anonymous: ['epoch 1, unknown, expects user: drop session id, forget memory, change login'],
    'signed out by the server': ['epoch 1, unknown, expects user: drop session id, change login'],
    'signed out by logout()': ['epoch 1, unknown, expects user: drop session id, change login'],
  },
  'logged out': {
    new: ['epoch 1, unknown, expects anonymous: drop session id, forget memory, change logout'],
    'new, user required': [
      'epoch 1, unknown, expects user, signed out until Infinity: drop session id, forget memory, change logout, signed out',
    ],
    'new, anonymous only': ['epoch 1, unknown, expects anonymous: drop session id, forget memory, change logout'],
    anonymous: ['epoch 1, unknown, expects anonymous: drop session id, forget memory, change logout'],
    'Anna is there': ['epoch 1, unknown, expects anonymous: drop session id, forget memory, change logout'],
    'Anna, user required': [
      'epoch 1, unknown, expects user, signed out until Infinity: drop session id, forget memory, change logout, signed out',
    ],
    'Anna, being checked': [
      'epoch 1, unknown, expects anonymous, checking: drop session id, forget memory, change logout',
      'epoch 1, unknown, expects anonymous: checking false',
    ],
    'signed out by the server': ['epoch 1, unknown, expects anonymous: drop session id, forget memory, change logout'],
    'signed out by logout()': [
      'epoch 1, unknown, expects user, signed out until Infinity: drop session id, forget memory, change logout, signed out',
    ],
  },
  forgotten: {
    new: ['epoch 1, unknown: drop session id, forget memory, change forgotten'],
    'new, user required': ['epoch 1, unknown, expects user: drop session id, forget memory, change forgotten'],
    'new, anonymous only': ['epoch 1, unknown, expects anonymous: drop session id, forget memory, change forgotten'],
    anonymous: ['epoch 1, unknown: drop session id, forget memory, change forgotten'],
    // She is still signed in: should she not be, that is no anonymous chat.
    'Anna is there': ['epoch 1, unknown, expects user: drop session id, forget memory, change forgotten'],
    'Anna, user required': ['epoch 1, unknown, expects user: drop session id, forget memory, change forgotten'],
    'Anna, being checked': [
      'epoch 1, unknown, expects user, checking: drop session id, forget memory, change forgotten',
      'epoch 1, unknown, expects user: checking false',
    ],
    'signed out by the server': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change forgotten',
    ],
    'signed out by logout()': [
      'epoch 1, unknown, expects user, signed out until Infinity: drop session id, forget memory, change forgotten',
    ],
  },
  'Anna is named': {
    new: ['epoch 0, s_anna, expects user: drop session id, session s_anna'],
    'new, user required': ['epoch 0, s_anna, expects user: drop session id, session s_anna'],
    'new, anonymous only': ['epoch 0, s_anna, expects anonymous: drop session id, session s_anna'],
    anonymous: [
      'epoch 1, unknown: forget memory, change other-user',
      'epoch 1, s_anna, expects user: drop session id, session s_anna',
    ],
    'signed out by the server': ['epoch 0, s_anna, expects user: drop session id, session s_anna'],
    'signed out by logout()': ['epoch 0, s_anna, expects user: drop session id, session s_anna'],
  },
  'Bert is named': {
    new: ['epoch 0, s_bert, expects user: drop session id, session s_bert'],
    'new, user required': ['epoch 0, s_bert, expects user: drop session id, session s_bert'],
    'new, anonymous only': ['epoch 0, s_bert, expects anonymous: drop session id, session s_bert'],
    anonymous: [
      'epoch 1, unknown: forget memory, change other-user',
      'epoch 1, s_bert, expects user: drop session id, session s_bert',
    ],
    'Anna is there': [
      'epoch 1, unknown: forget memory, change other-user',
      'epoch 1, s_bert, expects user: drop session id, session s_bert',
    ],
    'Anna, user required': [
      'epoch 1, unknown, expects user: forget memory, change other-user',
      'epoch 1, s_bert, expects user: drop session id, session s_bert',
    ],
    'Anna, being checked': [
      'epoch 1, unknown, checking: forget memory, change other-user',
      'epoch 1, unknown: checking false',
      'epoch 1, s_bert, expects user: drop session id, session s_bert',
    ],
    'signed out by the server': ['epoch 0, s_bert, expects user: drop session id, session s_bert'],
    'signed out by logout()': ['epoch 0, s_bert, expects user: drop session id, session s_bert'],
  },
  'nobody is named': {
    new: ['epoch 0, s_anonymous: session s_anonymous'],
    'new, user required': ['epoch 0, s_anonymous, expects user: session s_anonymous'],
    'new, anonymous only': ['epoch 0, s_anonymous, expects anonymous: session s_anonymous'],
    'Anna is there': [
      'epoch 1, unknown: forget memory, change other-user',
      'epoch 1, s_anonymous: session s_anonymous',
    ],
    'Anna, user required': [
      'epoch 1, unknown, expects user: forget memory, change other-user',
      'epoch 1, s_anonymous, expects user: session s_anonymous',
    ],
    'Anna, being checked': [
      'epoch 1, unknown, checking: forget memory, change other-user',
      'epoch 1, unknown: checking false',
      'epoch 1, s_anonymous: session s_anonymous',
    ],
    'signed out by the server': ['epoch 0, s_anonymous, expects user: session s_anonymous'],
    'signed out by logout()': ['epoch 0, s_anonymous, expects user: session s_anonymous'],
  },
  'an anonymous visitor gets a ticket': {
    new: ['epoch 0, s_anonymous: keep id v1.ticket, session s_anonymous'],
    'new, user required': ['epoch 0, s_anonymous, expects user: keep id v1.ticket, session s_anonymous'],
    'new, anonymous only': ['epoch 0, s_anonymous, expects anonymous: keep id v1.ticket, session s_anonymous'],
    anonymous: ['epoch 0, s_anonymous: keep id v1.ticket'],
    'Anna is there': [
      'epoch 1, unknown: forget memory, change other-user',
      'epoch 1, s_anonymous: keep id v1.ticket, session s_anonymous',
    ],
    'Anna, user required': [
      'epoch 1, unknown, expects user: forget memory, change other-user',
      'epoch 1, s_anonymous, expects user: keep id v1.ticket, session s_anonymous',
    ],
    'Anna, being checked': [
      'epoch 1, unknown, checking: forget memory, change other-user',
      'epoch 1, unknown: checking false',
      'epoch 1, s_anonymous: keep id v1.ticket, session s_anonymous',
    ],
    'signed out by the server': ['epoch 0, s_anonymous, expects user: keep id v1.ticket, session s_anonymous'],
    'signed out by logout()': ['epoch 0, s_anonymous, expects user: keep id v1.ticket, session s_anonymous'],
  },
  'signed out': {
    new: [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
    'new, user required': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
    'new, anonymous only': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
    anonymous: [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
    'Anna is there': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
    'Anna, user required': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
    'Anna, being checked': [
      'epoch 1, unknown, expects user, signed out until 6000, checking: drop session id, forget memory, change signed-out',
      'epoch 1, unknown, expects user, signed out until 6000: checking false, signed out',
    ],
    'signed out by the server': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
    'signed out by logout()': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, forget memory, change signed-out, signed out',
    ],
  },
  'a token came': {
    'Anna, being checked': ['epoch 0, s_anna, expects user: checking false'],
  },
  doubted: {
    anonymous: ['epoch 0, s_anonymous, checking: checking true, revalidate'],
    'Anna is there': ['epoch 0, s_anna, expects user, checking: checking true, revalidate'],
    'Anna, user required': ['epoch 0, s_anna, expects user, checking: checking true, revalidate'],
    'Anna, being checked': ['epoch 0, s_anna, expects user, checking: revalidate'],
  },
  copied: {
    new: ['epoch 1, unknown: drop session id, change copied-tab'],
    'new, user required': ['epoch 1, unknown, expects user: drop session id, change copied-tab'],
    'new, anonymous only': ['epoch 1, unknown, expects anonymous: drop session id, change copied-tab'],
    anonymous: ['epoch 1, unknown: drop session id, forget memory, change copied-tab'],
    'Anna is there': ['epoch 1, unknown: drop session id, forget memory, change copied-tab'],
    'Anna, user required': ['epoch 1, unknown, expects user: drop session id, forget memory, change copied-tab'],
    'Anna, being checked': [
      'epoch 1, unknown, checking: drop session id, forget memory, change copied-tab',
      'epoch 1, unknown: checking false',
    ],
    'signed out by the server': [
      'epoch 1, unknown, expects user, signed out until 6000: drop session id, change copied-tab',
    ],
    'signed out by logout()': [
      'epoch 1, unknown, expects user, signed out until Infinity: drop session id, change copied-tab',
    ],
  },
  'copied in an old epoch': {},
  destroyed: {
    new: ['epoch 0, destroyed: nothing to do'],
    'new, user required': ['epoch 0, destroyed: nothing to do'],
    'new, anonymous only': ['epoch 0, destroyed: nothing to do'],
    anonymous: ['epoch 0, destroyed: nothing to do'],
    'Anna is there': ['epoch 0, destroyed: nothing to do'],
    'Anna, user required': ['epoch 0, destroyed: nothing to do'],
    'Anna, being checked': ['epoch 0, destroyed: nothing to do'],
    'signed out by the server': ['epoch 0, destroyed: nothing to do'],
    'signed out by logout()': ['epoch 0, destroyed: nothing to do'],
  },
}

const keys = <T extends object>(record: T) => Object.keys(record) as (keyof T)[]
const PAIRS = keys(EVENTS).flatMap((event) => keys(STATES).map((state) => [event, state] as const))

describe('reducePresence', () => {
  it.each(PAIRS)('F21: %s, in the state "%s"', (event, state) => {
    expect(describeSteps(STATES[state], EVENTS[event])).toEqual(TABLE[event][state] ?? [])
  })

  it.each(PAIRS)(
    'F20, F21: %s, in the state "%s": the epoch ends exactly when somebody else may be there',
    (event, state) => {
      const before: Presence = STATES[state]
      let current = before
      for (const { presence, effects } of reducePresence(before, EVENTS[event])) {
        const ends = effects.some(({ type }) => type === 'end-life')
        expect(presence.epoch - current.epoch).toBe(ends ? 1 : 0)
        // Nobody takes the place of a visitor before everything of theirs is gone, and listeners of `change` find nobody.
        const [there, next] = [confirmedVisitor(current), confirmedVisitor(presence)]
        if (ends || presence.status === 'destroyed') expect(next).toBeUndefined()
        else if (there !== undefined) expect(next).toEqual(there)
        if (ends && there !== undefined) expect(effects).toContainEqual({ type: 'forget-memory' })
        current = presence
      }
    },
  )

  it('changes no state that it is given', () => {
    const frozen = structuredClone(STATES['Anna, being checked'])
    for (const event of keys(EVENTS)) reducePresence(Object.freeze(frozen), EVENTS[event])
    expect(frozen).toEqual(STATES['Anna, being checked'])
  })

  it.each<[string, { subject: string; kind: 'user' | 'anonymous' }, ChangeReason[]]>([
    ['the same subject', { subject: 's_1', kind: 'anonymous' }, []],
    ['another subject', { subject: 's_2', kind: 'anonymous' }, ['other-user']],
    ['another kind', { subject: 's_1', kind: 'user' }, ['other-user']],
  ])('F34: after a first subject, %s', (_, visitor, changes) => {
    const first = confirmedAs({ subject: 's_1', kind: 'anonymous' })
    const steps = reducePresence(first, { type: 'confirmed', visitor, ticket: undefined, namedByServer: true })
    const ends = steps.flatMap(({ effects }) => effects.filter((effect) => effect.type === 'end-life'))
    expect(ends.map(({ reason }) => reason)).toEqual(changes)
  })
})

describe('visitorStatus', () => {
  it.each<[keyof typeof STATES, string]>([
    ['new', 'unknown'],
    ['anonymous', 'anonymous'],
    ['Anna is there', 'signed-in'],
    ['Anna, being checked', 'signed-in'],
    ['signed out by the server', 'signed-out'],
    ['signed out by logout()', 'signed-out'],
    ['destroyed', 'unknown'],
  ])('%s: %s', (state, status) => {
    expect(visitorStatus(STATES[state])).toBe(status)
  })
})
