import { describe, expect, it } from 'vitest'
import type { FormField } from '../../../src/options/widget-options.ts'
import { type AnswerFault, answerFault, cleanAnswers, formFault } from '../../../src/ui/before-chat/form-rules.ts'
import { localText } from '../../../src/ui/strings/local-text.ts'

const field = (part: Partial<FormField> = {}): FormField => ({ name: 'f', label: 'F', ...part })

describe('an answer', () => {
  it.each<[part: Partial<FormField>, value: string, fault: AnswerFault | undefined]>([
    [{}, '', undefined],
    [{ required: true }, '  ', 'missing'],
    [{ required: true }, 'Ann', undefined],
    [{ type: 'email' }, '', undefined],
    [{ type: 'email', required: true }, '', 'missing'],
    [{ type: 'email' }, 'ann', 'badEmail'],
    [{ type: 'email' }, 'ann@localhost', 'badEmail'],
    [{ type: 'email' }, 'ann@example..com', 'badEmail'],
    [{ type: 'email' }, 'ann lee@example.com', 'badEmail'],
    [{ type: 'email' }, ' ann+x@mail.example.com ', undefined],
    [{ type: 'email' }, '安@例子.公司', undefined],
    [{ type: 'select', required: true }, '', 'missingChoice'],
    [{ type: 'checkbox', required: true }, 'false', 'missingTick'],
    [{ type: 'checkbox' }, 'false', undefined],
  ])('%j %s: %s', (part, value, fault) => {
    expect(answerFault(field(part), value)).toBe(fault)
  })

  it('is trimmed and of a length that passes everywhere; what was left empty is not sent', () => {
    const fields = [field({ name: 'a' }), field({ name: 'b' }), field({ name: 'c' })]
    expect(cleanAnswers(fields, { a: '  Ann ', b: ' ', c: 'x'.repeat(5_000), other: 'no' })).toEqual({
      a: 'Ann',
      c: 'x'.repeat(1_000),
    })
  })
})

describe('the fields', () => {
  it.each<[fields: unknown, fault: string | undefined]>([
    [[field()], undefined],
    ['name', 'must be a list'],
    [[], 'must be a list'],
    [[{ label: 'F' }], 'needs a name'],
    [[field(), field()], 'two fields'],
    [[{ name: 'f' }], 'needs a label'],
    [[field({ type: 'select' })], 'needs choices'],
  ])('%j: the owner reads what is wrong', (fields, fault) => {
    if (fault === undefined) expect(formFault(fields)).toBeUndefined()
    else expect(formFault(fields)).toContain(fault)
  })
})

describe('words in several languages', () => {
  const text = { zh: '邮箱', en: 'E-mail', 'pt-BR': 'E-mail (BR)' }
  it.each([
    ['zh-CN', '邮箱'],
    ['en', 'E-mail'],
    ['pt_BR', 'E-mail (BR)'],
    ['pt-PT', 'E-mail (BR)'],
    ['fr', 'E-mail'],
  ])('%s', (lang, wanted) => {
    expect(localText(text, lang)).toBe(wanted)
  })

  it('one text is for everybody', () => {
    expect(localText('Name', 'zh')).toBe('Name')
    expect(localText(undefined, 'zh')).toBe('')
  })
})
