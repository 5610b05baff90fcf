/** What the file of the chat says has to be among the words that it holds. */
import { readFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { expect, it } from 'vitest'
import { conversationWords } from '../../../src/ui/strings/english/conversation.ts'

/** The modules that a module brings along, and theirs: what is imported at run time by name alone, or for its types, is not among them. */
function broughtAlong(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path) || !/\.tsx?$/.test(path)) return found
  found.add(path)
  for (const [, from = ''] of readFileSync(path, 'utf8').matchAll(
    /^(?:import|export) (?!type )[^']*?from '(\.[^']+)'/gm,
  )) {
    broughtAlong(normalize(join(path, '..', from)), found)
  }
  return found
}

const PARTS = [
  'voice-and-shortcuts',
  'markdown',
  'media',
  'conversations',
  'steps',
  'message-actions',
  'problems',
  'by-option/notices',
]

/** In what the module brings along, as far as it is ours to draw. */
function wordsSaidBy(entry: string): string[] {
  const files = [...broughtAlong(entry)].filter((path) => path.startsWith('src/ui/') && !path.includes('/strings/'))
  expect(files).not.toEqual([])
  const said = files.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/\bstrings\.(\w+)/g)].map(([, key = '']) => key),
  )
  return [...new Set(said)].filter((key) => key !== 'ts' && key !== 'dir')
}

it('every English word of the chat is there from the beginning', () => {
  expect(wordsSaidBy('src/widget/widget.ts').filter((key) => !(key in conversationWords))).toEqual([])
})

it.each(PARTS)('%s brings every English word that it says', async (name) => {
  const { words } = await import(/* @vite-ignore */ `../../../src/widget/parts/${name}.ts`)
  const there = { ...conversationWords, ...words }
  expect(wordsSaidBy(`src/widget/parts/${name}.ts`).filter((key) => !(key in there))).toEqual([])
})
