import { describe, expect, it } from 'vitest'
import { createQuestionQueue, type QueuedQuestion } from '../../../src/chat/turns/question-queue.ts'

function setUp(...keys: string[]) {
  const queue = createQuestionQueue()
  const done: string[] = []
  const question = (key: string): QueuedQuestion => ({
    key,
    question: { text: key, attachments: [] },
    replaces: undefined,
    done: () => done.push(key),
  })
  for (const key of keys) queue.add(question(key))
  return { queue, done, question }
}

describe('the questions that wait', () => {
  it('come in the order in which they were asked, and one that was put back comes first', () => {
    const { queue, question } = setUp('1', '2')
    expect(queue.next()?.key).toBe('1')
    queue.putBack(question('1'))
    expect(queue.keys).toEqual(['1', '2'])
    expect([queue.next()?.key, queue.next()?.key, queue.next()]).toEqual(['1', '2', undefined])
    expect(queue.isEmpty).toBe(true)
  })

  it('are kept while they are held', () => {
    const { queue } = setUp('1')
    queue.hold()
    expect([queue.next(), queue.isEmpty]).toEqual([undefined, false])
    queue.release()
    expect(queue.next()?.key).toBe('1')
  })

  it('are told when they are dropped: one, or all', () => {
    const { queue, done } = setUp('1', '2', '3')
    queue.drop('2')
    expect([done, queue.keys]).toEqual([['2'], ['1', '3']])
    queue.drop()
    expect([done, queue.isEmpty]).toEqual([['2', '1', '3'], true])
  })
})
