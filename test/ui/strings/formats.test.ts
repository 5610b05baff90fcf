import { expect, it } from 'vitest'
import { formatsFor } from '../../../src/ui/strings/formats.ts'
import { counted, megabytes } from '../../../src/ui/strings/quantities.ts'
import { wholeStrings } from '../../support/whole-strings.ts'

const noon = new Date(2026, 10, 22, 12).getTime()
const DAY = 86_400_000

it('names days the way people do', () => {
  const { day } = formatsFor('en')
  expect([0, 1, 2].map((ago) => day(noon - ago * DAY, noon))).toEqual(['Today', 'Yesterday', 'Friday, November 20'])
  expect(day(noon - 400 * DAY, noon)).toBe('October 18, 2025')
  expect(formatsFor('zh-CN').day(noon - DAY, noon)).toBe('昨天')
})

it('a day begins at midnight, not 24 hours ago', () => {
  const justAfterMidnight = new Date(2026, 10, 22, 0, 1).getTime()
  expect(formatsFor('en').day(justAfterMidnight - 2 * 60_000, justAfterMidnight)).toBe('Yesterday')
})

it('durations and sizes have their units', () => {
  expect(formatsFor('en').seconds(12)).toBe('12 sec')
  expect(formatsFor('zh-CN').seconds(12)).toBe('12秒')
  expect(megabytes(2_500_000, 'en')).toBe('2.5 MB')
})

it('from two minutes on a wait is said in minutes, and never as too short', () => {
  const { seconds } = formatsFor('en')
  expect([119, 120, 121, 3600].map(seconds)).toEqual(['119 sec', '2 min', '3 min', '60 min'])
})

it.each([
  ['en', [1, 5], ['One file at a time', 'Up to 5 files at a time']],
  ['ru', [1, 3, 5], ['Не больше 1 файла за раз', 'Не больше 3 файлов за раз', 'Не больше 5 файлов за раз']],
  ['ar', [2, 5, 20], ['ملفان كحد أقصى في كل مرة', '5 ملفات كحد أقصى في كل مرة', '20 ملفًا كحد أقصى في كل مرة']],
  ['ar-EG', [5], ['٥ ملفات كحد أقصى في كل مرة']],
  ['zh-CN', [1], ['一次最多添加 1 个文件']],
] as const)('%s says a sentence with a number as its grammar does', async (lang, counts, sentences) => {
  const strings = await wholeStrings(lang)
  expect(counts.map((count) => counted(strings, 'tooManyFiles', count, lang))).toEqual(sentences)
})

it('a form that the words lack is the one for all other numbers', async () => {
  const english = await wholeStrings('pl')
  expect(counted(english, 'tooManyFiles', 3, 'pl')).toBe('Up to 3 files at a time')
})

it('a language tag that is none does not break the chat', () => {
  expect(formatsFor('not a tag!').seconds(1)).toMatch(/1/)
})
