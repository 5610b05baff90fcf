import { describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../../src/chat/chat-state.ts'
import { rowsOf } from '../../../src/ui/messages/message-rows.ts'
import { assistantMessage, userMessage } from '../../support/fake-chat-store.ts'

const at = (day: number, hour: number) => new Date(2026, 4, day, hour).getTime()
const NOW = at(3, 12)

/** Each message as its day, its hour and its section; `D` and `C` stand before one that begins a day or a context. */
function dividers(written: readonly (readonly [day: number, hour: number, section?: string])[], start = 0): string {
  const messages = written.map(([day, hour, sectionId], index) =>
    userMessage({ key: `m${index}`, createdAt: at(day, hour), sectionId }),
  )
  return rowsOf(messages, start, NOW)
    .map(({ message, newDay, newContext }) => `${newDay ? 'D' : ''}${newContext ? 'C' : ''}${message.key}`)
    .join(' ')
}

describe('between messages', () => {
  it.each([
    ['nothing stands before the first one of today', [[3, 9]], 'm0'],
    ['a day stands before the first one of an earlier day', [[1, 9]], 'Dm0'],
    [
      'a day stands once before all of its messages',
      [
        [1, 9],
        [1, 23],
        [3, 0],
      ],
      'Dm0 m1 Dm2',
    ],
    [
      'a context is new where the section changes',
      [
        [3, 8, 'a'],
        [3, 9, 'a'],
        [3, 10, 'b'],
      ],
      'm0 m1 Cm2',
    ],
    [
      'a message without a section begins no context, nor does the one after it',
      [
        [3, 8, 'a'],
        [3, 9],
        [3, 10, 'b'],
      ],
      'm0 m1 m2',
    ],
    [
      'a day and a context may begin together',
      [
        [2, 8, 'a'],
        [3, 9, 'b'],
      ],
      'Dm0 DCm1',
    ],
  ] as const)('%s', (_, messages, expected) => {
    expect(dividers(messages)).toBe(expected)
  })

  it('what is above the first one that is drawn counts too', () => {
    expect(
      dividers(
        [
          [1, 9, 'a'],
          [1, 10, 'b'],
          [2, 10, 'b'],
        ],
        1,
      ),
    ).toBe('Cm1 Dm2')
    expect(
      dividers(
        [
          [3, 9],
          [2, 9],
          [2, 10],
        ],
        2,
      ),
    ).toBe('m2')
  })
})

describe('the words of an answer and the sound that comes after them', () => {
  const sound = {
    kind: 'audio',
    name: 'answer.wav',
    sizeBytes: 9,
    mimeType: 'audio/wav',
    url: 'blob:1',
    fileId: undefined,
  } as const
  const question = userMessage({ key: 'q' })
  const words = assistantMessage({ key: 'words', text: 'Hello', attachments: [] })
  const spoken = assistantMessage({ key: 'sound', text: '', attachments: [sound] })
  const drawn = (...messages: ChatMessage[]) =>
    rowsOf(messages, 0, NOW).map(({ message, more }) => message.key + (more ? `+${more.key}` : ''))

  it('are drawn as one', () => {
    expect(drawn(question, words, spoken)).toEqual(['q', 'words+sound'])
    expect(drawn(words, spoken, question, words, spoken)).toEqual(['words+sound', 'q', 'words+sound'])
  })

  it('leave day and context as they are', () => {
    expect(rowsOf([question, words, spoken, question], 0, NOW)).toHaveLength(3)
    expect(rowsOf([words, spoken], 1, NOW)).toHaveLength(1)
  })

  it.each([
    ['an answer without words', [question, spoken, spoken]],
    ['a question', [question, spoken]],
    ['what has words of its own', [question, words, { ...spoken, text: 'Bye' }]],
    ['what was thought on the way to it', [question, words, { ...spoken, reasoning: { text: 'Hm' } }]],
    ['nothing', [question, words, { ...spoken, attachments: [] }]],
  ] as const)('stay apart from %s', (_, messages) => {
    expect(drawn(...(messages as unknown as ChatMessage[]))).toEqual(messages.map(({ key }) => key))
  })
})
