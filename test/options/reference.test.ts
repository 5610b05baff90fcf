import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { customElementsManifest, generatedFiles, readDocs, withReadmeTable } from '../../scripts/option-reference.ts'
import { STYLE_PARTS, STYLE_PROPERTIES } from '../../scripts/style-reference.ts'
import { webTypes } from '../../scripts/web-types.ts'
import { toAttribute } from '../../src/options/attribute-names.ts'
import { ELEMENT_DEFAULTS } from '../../src/options/element-options.ts'
import type { Localized } from '../../src/options/localized.ts'
import { OPTION_DOCS_ZH } from '../../src/options/option-docs.zh.ts'
import { OPTION_RULES } from '../../src/options/option-rules.ts'
import { OPTIONS, type OptionName, type OptionRow } from '../../src/options/option-table.ts'
import type { ChatWidgetOptions, Suggestion, TokenContext } from '../../src/options/widget-options.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(root + path, 'utf8')
const table = read('src/options/option-table.ts')
const names = Object.keys(OPTIONS) as OptionName[]

describe('what is made from the table of options', () => {
  it.each(Object.entries(generatedFiles(table, read)))('%s is up to date (node scripts/generate.mjs)', (path, text) => {
    expect(read(path)).toBe(text)
  })

  it('a row without a comment stops the generator by its name', () => {
    const without = table.replace(/\n.*\n(?= {2}accent:)/, '\n')
    expect(() => readDocs(without)).toThrow('accent')
  })

  it('every row of the README is there in both languages', () => {
    for (const name of names) {
      expect(read('README.md')).toContain(`\n| \`${name}\` |`)
      expect(read('README.zh-CN.md')).toContain(`\n| \`${name}\` |`)
      expect(OPTION_DOCS_ZH[name]).toMatch(/。$/)
    }
  })

  it('a README that lost its markers is not written', () => {
    expect(() => withReadmeTable('# Title', 'en', table)).toThrow('markers')
  })
})

describe('what is read of the table at run time', () => {
  it('has every option, and each default once: the element’s or the check’s', () => {
    expect(Object.keys(OPTION_RULES)).toEqual(names)
    const withDefault = names.filter((name) => (OPTIONS[name] as OptionRow).default !== undefined)
    const checked = names.filter((name) => OPTION_RULES[name].default !== undefined)
    expect([...Object.keys(ELEMENT_DEFAULTS), ...checked].sort()).toEqual(withDefault.sort())
  })
})

describe('custom-elements.json', () => {
  const manifest = customElementsManifest(table)
  const [element] = manifest.modules.flatMap(({ declarations }) => declarations)
  if (!element) throw new Error('The manifest declares nothing.')

  it('lists every attribute, and none for what only JavaScript can hold', () => {
    const expected = names.filter((name) => OPTIONS[name].type !== 'code').map(toAttribute)
    expect(element.attributes.map(({ name }) => name)).toEqual(expected)
    expect(expected).not.toContain('get-token')
    expect(element.attributes.find(({ name }) => name === 'theme')).toEqual({
      name: 'theme',
      fieldName: 'theme',
      description: "Colours of the chat. `auto` follows the visitor's system.",
      type: { text: "'auto' | 'light' | 'dark'" },
      default: '"auto"',
    })
  })

  it('lists every event', () => {
    const types = /interface ChatEventMap \{(.*?)\n\}/s.exec(read('src/element/chat-widget.ts'))?.[1] ?? ''
    const events = [...types.matchAll(/^ {2}(\w+):/gm)].map(([, type]) => `coze-chat:${type}`)
    expect(events).toContain('coze-chat:ready')
    expect(element.events.map(({ name }) => name)).toEqual(events)
  })

  it('lists every custom property that a style sheet of ours reads', () => {
    const used = new Set<string>()
    for (const path of readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(ts|tsx|css)$/.test(path)) continue
      for (const [property] of read(`src/${path}`).matchAll(/--coze-chat-[a-z-]+(?=[,)])/g)) used.add(property)
    }
    expect(element.cssProperties.map(({ name }) => name).sort()).toEqual([...used].sort())
  })

  it('lists every part that a page can style, with words in both languages', () => {
    const used = new Set<string>()
    for (const path of readdirSync(`${root}src`, { recursive: true, encoding: 'utf8' })) {
      if (!/\.tsx?$/.test(path)) continue
      for (const [, part = ''] of read(`src/${path}`).matchAll(/\bpart(?:="|: '|', ')([a-z-]+)/g)) used.add(part)
    }
    expect(element.cssParts.map(({ name }) => name).sort()).toEqual([...used].sort())
    for (const { en, zh } of [...Object.values(STYLE_PARTS), ...Object.values(STYLE_PROPERTIES)]) {
      expect([en, zh]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/。$/)])
    }
  })

  it('is in the build, where package.json says it is, and so are web-types', () => {
    const { customElements, version, ...others } = JSON.parse(read('package.json')) as Record<string, string>
    expect(JSON.parse(read(customElements ?? ''))).toEqual(manifest)
    expect(JSON.parse(read(others['web-types'] ?? ''))).toEqual(webTypes(table, version ?? ''))
  })

  it('says to JetBrains editors the same, with both names of each event', () => {
    const [html] = webTypes(table, '1.0.0').contributions.html.elements
    expect(html?.attributes.map(({ name }) => name)).toEqual(element.attributes.map(({ name }) => name))
    expect(html?.attributes.find(({ name }) => name === 'theme')?.value.type).toBe("'auto' | 'light' | 'dark'")
    const names = html?.js.events.map(({ name }) => name)
    expect(names).toContain('coze-chat:message')
    expect(names).toContain('coze-chat-message')
    expect(names).toHaveLength(element.events.length * 2)
  })
})

describe('the type of the options', () => {
  it('is that of the table', () => {
    expectTypeOf<ChatWidgetOptions['botId']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<ChatWidgetOptions['session']>().toEqualTypeOf<'tab' | 'device' | undefined>()
    expectTypeOf<ChatWidgetOptions['inline']>().toEqualTypeOf<boolean | undefined>()
    expectTypeOf<ChatWidgetOptions['zIndex']>().toEqualTypeOf<number | undefined>()
    type Choices = readonly (string | Suggestion)[]
    expectTypeOf<ChatWidgetOptions['suggestions']>().toEqualTypeOf<Choices | Localized<Choices> | undefined>()
    expectTypeOf<ChatWidgetOptions['title']>().toEqualTypeOf<string | Localized<string> | undefined>()
    expectTypeOf<ChatWidgetOptions['getToken']>().toEqualTypeOf<((context: TokenContext) => unknown) | undefined>()
    expectTypeOf<keyof ChatWidgetOptions>().toEqualTypeOf<OptionName>()
  })

  it('says of everything that only JavaScript can hold what that is', () => {
    type Untyped = {
      [Name in OptionName]: [Exclude<ChatWidgetOptions[Name], undefined>] extends [never] ? Name : never
    }[OptionName]
    expectTypeOf<Untyped>().toEqualTypeOf<never>()
  })
})
