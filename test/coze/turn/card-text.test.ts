import { describe, expect, it } from 'vitest'
import { readCard } from '../../../src/coze/turn/card-text.ts'
import { CARD_SAMPLE } from '../../../src/simulator/agent/sample-answers.ts'

const read = (card: unknown) => readCard(JSON.stringify(card))

/** As in the vendor's documentation of its Card SDK, with two buttons more. */
const weather = {
  elements: {
    column: {
      id: 'column',
      type: '@flowpd/cici-components/ColumnLayout1_2',
      props: {
        Columns: [
          { children: ['picture'], type: 'slot' },
          { children: ['head', 'words', 'open', 'ask'], type: 'slot' },
        ],
        backgroundColor: 'transparent',
      },
    },
    picture: { type: 'NewImage', props: { mode: 'fixed', src: { type: 'expression', value: '{{image}}' } } },
    head: { type: 'Text', props: { content: { type: 'expression', value: '{{title}}' }, fontWeight: 'bold' } },
    words: { type: 'Text', props: { content: { type: 'expression', value: '{{content}}' }, lines: 2 } },
    open: {
      type: 'Button',
      props: { text: 'Open', action: 'enableUrl', url: { type: 'expression', value: '{{url}}' } },
    },
    ask: { type: 'Button', props: { text: 'Tomorrow?', action: 'sendMsg', message: 'What about {{day}}?' } },
    root: { id: 'root', type: 'PageContainer', children: ['column'] },
  },
  rootID: 'root',
  variables: {
    image: { name: 'image', defaultValue: 'https://p1.byteimg.com/sun.png' },
    title: { name: 'title', defaultValue: 'Shenzhen' },
    content: { name: 'content', defaultValue: '26/22℃ *mild*' },
    url: { name: 'url', defaultValue: 'https://weather.example/sz?q=a b' },
    day: { name: 'day', defaultValue: 'tomorrow' },
  },
}

describe('a card is read as Markdown', () => {
  it('in the vendor’s own shape: elements in their order, variables filled in, buttons as links and messages', () => {
    expect(read(weather)).toEqual({
      text: [
        '![](<https://p1.byteimg.com/sun.png>)',
        'Shenzhen',
        '26/22℃ \\*mild\\*',
        '[Open](<https://weather.example/sz?q=a%20b>)',
      ].join('\n\n'),
      messages: ['What about tomorrow?'],
    })
  })

  it('as a plugin sends it, with its data as JSON in a string', () => {
    expect(read(CARD_SAMPLE.en)).toEqual({
      text: [
        '**Ethiopia Yirgacheffe (washed)**',
        'Jasmine, citrus, black tea; light roast',
        '€12.00 / 250 g',
        '[Add to cart](<https://example.com/beans/1>)',
      ].join('\n\n'),
      messages: ['How do I brew it?'],
    })
  })

  it('falls back to what the plugin told the model, and never to its JSON', () => {
    expect(read({ card_type: 3, template_id: 7, response_for_model: 'Two tickets left' }).text).toBe('Two tickets left')
    expect(read({ card_type: 3, template_id: 7 }).text).toBe('')
    expect(readCard('no json').text).toBe('')
    expect(readCard('[1,2').text).toBe('')
  })

  it('a picture beside words stays a picture, and the address of the whole is a link', () => {
    expect(read({ title: 'Cup', cover: 'https://x.example/c.png', url: 'https://x.example' }).text).toBe(
      '**Cup**\n\n![](<https://x.example/c.png>)\n\n<https://x.example/>',
    )
  })
})

describe('a card cannot do more than an answer', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'vbscript:x', ' JaVaScRiPt:alert(1)', 'file:///etc/passwd'])(
    'no button opens %s',
    (url) => {
      expect(read({ buttons: [{ text: 'Click', url }] }).text).not.toMatch(/script|data:|file:|\]\(/i)
    },
  )

  it('its words mean themselves: no marks, no links, no headings', () => {
    const { text } = read({ title: '# a](https://evil.example) ![x](y) <b>', text: '1. one\n- two\n> three' })
    expect(text).toBe('**\\# a\\](https://evil.example) !\\[x\\](y) \\<b\\>**\n\n1\\. one\n\\- two\n\\> three')
  })

  it('an address cannot end the place where it is put', () => {
    const url = 'https://x.example/a>)![](https://evil.example/p.png'
    expect(read({ buttons: [{ text: 'Go', url }] }).text).toBe(
      '[Go](<https://x.example/a%3E)![](https://evil.example/p.png>)',
    )
  })

  it('deep, wide and circular ones come to an end', () => {
    const depth = 5000
    expect(readCard(`${'{"a":'.repeat(depth)}{"text":"bottom"}${'}'.repeat(depth)}`).text).toBe('')
    const chain = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`e${i}`, { children: [`e${i + 1}`] }]))
    expect(read({ elements: chain, rootID: 'e0' }).text).toBe('')
    const variables = { a: { defaultValue: 'x'.repeat(1_000_000) } }
    const bomb = { elements: { root: { props: { content: '{{a}}'.repeat(200_000) } } }, rootID: 'root', variables }
    expect(read(bomb).text.length).toBeLessThanOrEqual(2000)
    expect(read({ items: Array.from({ length: 10_000 }, (_, i) => ({ text: `item ${i}` })) }).text.length).toBeLessThan(
      2000,
    )
    const loop = { elements: { root: { children: ['root', 'a'] }, a: { children: ['root'] } }, rootID: 'root' }
    expect(read(loop).text).toBe('')
  })

  it('a card that was made to harm does none: variables that fail or never end', () => {
    const card = (defaultValue: unknown, text: string) => ({
      rootID: 'r',
      elements: { r: { props: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`text${i}`, text])) } },
      variables: { a: { defaultValue } },
    })
    expect(read(card({ toString: 1, valueOf: 1 }, '{{a}}{{constructor}}')).text).toBe('')
    expect(read(card(new Array(50_000).fill(1), '{{a}}'.repeat(400))).text).toBe('')
    // The words of all templates together are bounded, so are those of each.
    expect(read(card('x'.repeat(100_000), '{{a}}'.repeat(400))).text.length).toBeLessThan(25_000)
  })
})
