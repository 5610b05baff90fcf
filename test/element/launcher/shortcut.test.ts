import { describe, expect, it } from 'vitest'
import { isPressed, readShortcut } from '../../../src/element/launcher/shortcut.ts'

const press = (key: string, code: string, ...held: string[]) => ({
  key,
  code,
  getModifierState: (name: string) => held.includes(name),
})

const shortcut = (text: string) => {
  const read = readShortcut(text)
  if (!read) throw new Error(`${text} was not read`)
  return read
}

describe('the notation of aria-keyshortcuts', () => {
  it.each([
    ['Alt+Shift+C', { modifiers: ['Alt', 'Shift'], key: 'C' }],
    ['Shift+Alt+C', { modifiers: ['Alt', 'Shift'], key: 'C' }],
    [' Control+/ ', { modifiers: ['Control'], key: '/' }],
    ['F2', { modifiers: [], key: 'F2' }],
  ])('%s', (text, read) => {
    expect(readShortcut(text)).toEqual(read)
  })

  it.each(['', 'C', 'Shift+C', 'Enter', 'Ctrl+C', 'Alt+', 'F13', 'Alt+Alt+C'])(
    '%j would take a key that types or scrolls, or is misspelt, so is refused',
    (text) => {
      expect(readShortcut(text)).toBeUndefined()
    },
  )
})

describe('a key press', () => {
  it.each([
    ['is the letter, whatever its case', 'Alt+Shift+C', press('C', 'KeyC', 'Alt', 'Shift'), true],
    ['is the key, where Alt makes another letter of it', 'Alt+C', press('ç', 'KeyC', 'Alt'), true],
    ['is the letter, where the keyboard has it elsewhere', 'Control+Q', press('q', 'KeyA', 'Control'), true],
    ['with one modifier more is another', 'Alt+C', press('c', 'KeyC', 'Alt', 'Control'), false],
    ['with one modifier less is another', 'Alt+Shift+C', press('c', 'KeyC', 'Alt'), false],
    ['with AltGr types', 'Control+Alt+E', press('€', 'KeyE', 'Control', 'Alt', 'AltGraph'), false],
    ['with another key is another', 'Alt+C', press('x', 'KeyX', 'Alt'), false],
  ])('%s', (_, text, event, pressed) => {
    expect(isPressed(shortcut(text), event)).toBe(pressed)
  })
})
