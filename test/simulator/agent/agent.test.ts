import { describe, expect, it } from 'vitest'
import { decide } from '../../../src/simulator/agent/agent.ts'
import { learn } from '../../../src/simulator/agent/agent-memory.ts'
import { runCommand } from '../../../src/simulator/agent/commands.ts'
import { longAnswer } from '../../../src/simulator/agent/sample-answers.ts'
import type { Language } from '../../../src/simulator/world/language.ts'
import { languageOf, preferredLanguage } from '../../../src/simulator/world/language.ts'

function answer(
  question: string,
  said: string[] = [],
  language: Language = languageOf(question) ?? 'en',
  page = '',
): string {
  const plan = decide({
    question: { text: question, attachments: [] },
    said,
    language,
    variables: {},
    asked: false,
    origin: 'https://simulated.example',
    page,
  })
  if ('refusal' in plan) return `refused: ${plan.refusal}`
  return plan.steps.map((step) => (step.type === 'answer' ? step.text : '')).join('')
}

describe('the memory of the agent', () => {
  it.each([
    ['你好,我叫张三,我25岁', { name: '张三', age: '25' }],
    ['我叫张三，25岁', { name: '张三', age: '25' }],
    ['我叫张三今年二十五岁', { name: '张三', age: '二十五' }],
    ['你好,我叫李四,我是程序员', { name: '李四', job: '程序员' }],
    ['我是一名老师', { job: '老师' }],
    ['你好,我是用户A', { name: '用户A' }],
    ['My name is Ann, I am 30', { name: 'Ann', age: '30' }],
    ["I'm Bob and I am a software engineer", { name: 'Bob', job: 'software engineer' }],
    ['call me Mary Ann', { name: 'Mary Ann' }],
    ['My name is Jane and I am 25', { name: 'Jane', age: '25' }],
    ['I am Jane and I am 25', { name: 'Jane', age: '25' }],
    ['I am Jane and 25', { name: 'Jane', age: '25' }],
    ['I am Jane, 25', { name: 'Jane', age: '25' }],
    ['Hello! I’m Jane and I’m 25.', { name: 'Jane', age: '25' }],
    ['i am jane and i am 25', { name: 'jane', age: '25' }],
    ['I am Jane Doe and I am 25 years old', { name: 'Jane Doe', age: '25' }],
    ['I am 25 and my name is Jane', { name: 'Jane', age: '25' }],
    ['my name is Jane and my age is 25', { name: 'Jane', age: '25' }],
    ['I am from Spain and 25', { age: '25' }],
    ['I am Jane and need 25 beans', { name: 'Jane' }],
    ['I am happy', {}],
    ['我叫什么名字？我多大？', {}],
    ['李四是谁？', {}],
    ['I am looking for beans', {}],
    ['What is my name?', {}],
  ])('learns from %j', (sentence, expected) => {
    expect(learn([sentence])).toEqual({ people: new Map(), ...expected })
  })

  it.each([
    [['我叫张三，25岁'], '我叫什么名字？我多大？', '你叫张三，你今年 25 岁。'],
    [['我叫张三'], '我多大？', '你还没有说过自己的年龄。'],
    [['My name is Ann, I am 30'], 'What is my name and how old am I?', 'Your name is Ann, and you are 30 years old.'],
    [['My name is Ann', 'Call me Annie'], 'What is my name?', 'Your name is Annie.'],
    [['我叫李四', '我是程序员'], '李四是谁?', '李四就是你呀，你是程序员。'],
    [['小明是我的同事'], '小明是谁？', '你告诉过我：小明是同事。'],
    [['Bob is a teacher.'], 'Who is Bob?', 'You told me that Bob is a teacher.'],
  ])('after %j answers %j', (said, question, expected) => {
    expect(answer(question, said)).toBe(expected)
  })

  it('knows nobody it was not told of', () => {
    expect(answer('李四是谁?', ['我叫张三'])).not.toContain('程序员')
    expect(answer('Who is Bob?', [])).toMatch(/do not know Bob/)
  })
})

describe('the manners of the agent', () => {
  it.each([
    ['你好', /^你好/],
    ['hello', /^Hello/],
    ['你们几点开门？', /营业时间/],
    ['How do returns work?', /^Returns/],
    ['谢谢', /不客气/],
    ['你叫什么名字？', /摩卡/],
    ['tell me about quantum foam', /quantum foam/],
  ])('answers %j in its language', (question, expected) => {
    expect(answer(question)).toMatch(expected)
  })

  it('offers three follow-ups in the language of the question', () => {
    for (const [question, script] of [
      ['随便聊聊', /\p{Script=Han}/u],
      ['just chatting', /^[\x20-\x7e]+$/],
    ] as const) {
      const plan = decide({
        question: { text: question, attachments: [] },
        said: [],
        language: languageOf(question) ?? 'en',
        variables: {},
        asked: false,
        origin: '',
        page: '',
      })
      if ('refusal' in plan) throw new Error('refused')
      expect(plan.followUps).toHaveLength(3)
      for (const followUp of plan.followUps) expect(followUp).toMatch(script)
    }
  })

  it('takes English only where it is asked for', () => {
    expect([undefined, '*', 'zh-CN,en', 'en-GB,zh', 'en'].map(preferredLanguage)).toEqual([
      'zh',
      'zh',
      'zh',
      'en',
      'en',
    ])
  })
})

const run = (text: string, language: Language = 'en', origin = '') => runCommand(text, { language, origin, page: '' })

describe('slash commands', () => {
  it.each([
    'help',
    'markdown',
    'table',
    'code',
    'think',
    'tool',
    'suggest',
    'image',
    'card',
    'voice',
    'ask',
    'cut',
    'slow',
    'expire',
  ])('/%s has a plan in both languages', (name) => {
    const plans = (['zh', 'en'] as const).map((language) => run(`/${name}`, language, 'https://x'))
    expect(plans[0]).not.toEqual(plans[1])
    for (const plan of plans) expect(plan).toMatchObject({ steps: expect.any(Array) })
  })

  const commandsOf = (page: string, language: Language) =>
    [...answer('/help', [], language, page).matchAll(/`\/([\w ]+)`/g)].map(([, command]) => command)
  const ANYWHERE = ['long 20000', 'tool', 'suggest', 'ask', 'error 4013', 'error 4013 late', 'cut', 'slow', 'expire']

  it.each([
    ['', ['markdown', 'table', 'code', 'math', 'think', 'image', 'card', 'voice']],
    ['functions', ['markdown', 'table', 'code', 'math', 'think', 'tool local', 'image', 'card', 'voice']],
    ['-sound', ['markdown', 'table', 'code', 'math', 'think', 'image', 'card']],
    ['-formatting -thinking -pictures -cards -sound', []],
  ])('/help names every command that shows something on a page with "%s", and no other', (page, commands) => {
    for (const language of ['zh', 'en'] as const) {
      expect(commandsOf(page, language).sort()).toEqual([...ANYWHERE, ...commands].sort())
    }
  })

  it.each([1, 2_000, 20_000])('/long %i is exactly as long as asked', (length) => {
    expect(answer(`/long ${length}`)).toHaveLength(length)
    expect(longAnswer(length, 'zh')).toHaveLength(length)
  })

  it('/error refuses before the start, within the answer, or by an error event', () => {
    expect(run('/error 4013')).toEqual({ refusal: 4013 })
    expect(run('/error 4013 late')).toMatchObject({
      steps: [{}, { type: 'fail', code: 4013, shape: 'chat' }],
    })
    expect(run('/error 4013 event')).toMatchObject({
      steps: [{}, { type: 'fail', code: 4013, shape: 'error' }],
    })
  })

  it('/tool local calls a function of the page, by any name and with any arguments', () => {
    const calls = (text: string) => run(text)
    expect(calls('/tool local')).toMatchObject({ steps: [{ calls: [{ name: 'get_cart', arguments: {} }] }] })
    expect(calls('/tool local add_item {"id":7}')).toMatchObject({
      steps: [{ calls: [{ name: 'add_item', arguments: { id: 7 } }] }],
    })
  })

  it('takes a command nobody knows, and names of built-in properties, for ordinary words', () => {
    for (const text of ['/nonsense', '/constructor', '/toString', '/']) expect(run(text)).toBeUndefined()
  })
})
