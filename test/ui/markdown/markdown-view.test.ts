// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest'
import { createView, drawWhole, htmlOf } from './support.ts'

describe('Markdown', () => {
  it.each([
    ['headings', '# One #\n### Three\nTwo\n---', '<h1>One</h1><h3>Three</h3><h2>Two</h2>'],
    [
      'emphasis',
      '*a* **b** ***c*** _d_ ~~e~~ **f *g* h**',
      '<p><em>a</em> <strong>b</strong> <em><strong>c</strong></em> <em>d</em> <del>e</del> <strong>f <em>g</em> h</strong></p>',
    ],
    ['words with underscores and stars', 'foo_bar_baz a * b 10~20 5 ** 6', '<p>foo_bar_baz a * b 10~20 5 ** 6</p>'],
    ['emphasis beside Chinese', '**重点：**后文', '<p><strong>重点：</strong>后文</p>'],
    [
      'emphasis within Chinese',
      '这是**「重点」**后文，*（一）*二',
      '<p>这是<strong>「重点」</strong>后文，<em>（一）</em>二</p>',
    ],
    ['code', '`a*b*` ``x ` y``', '<p><code>a*b*</code> <code>x ` y</code></p>'],
    ['hard breaks', 'a  \nb\\\nc<br>d\ne', '<p>a<br>b<br>c<br>d\ne</p>'],
    ['escapes and entities', '\\*a\\* &amp; &lt;b&gt; &#20013; &nope;', '<p>*a* &amp; &lt;b&gt; 中 &amp;nope;</p>'],
    ['HTML as text', '<b>x</b>', '<p>&lt;b&gt;x&lt;/b&gt;</p>'],
    [
      'links',
      '[a *b*](https://x.example/a_(b) "t") [c](<https://y.example>)',
      '<p><a href="https://x.example/a_(b)">a <em>b</em></a> <a href="https://y.example/">c</a></p>',
    ],
    ['links before emphasis', '*a [b* c](https://x.example)', '<p>*a <a href="https://x.example/">b* c</a></p>'],
    ['links of other protocols as text', '[a](javascript:alert(1)) [b](/path)', '<p><span>a</span> <span>b</span></p>'],
    [
      'addresses',
      'https://x.example/a. (www.y.example) <https://z.example> me@w.example',
      '<p><a href="https://x.example/a">https://x.example/a</a>. (<a href="http://www.y.example/">www.y.example</a>) <a href="https://z.example/">https://z.example</a> <a href="mailto:me@w.example">me@w.example</a></p>',
    ],
    [
      'addresses before Chinese',
      '见https://x.example/a，后文',
      '<p>见<a href="https://x.example/a">https://x.example/a</a>，后文</p>',
    ],
    [
      'references',
      '[a][R] [r] [none]\n\n[r]: https://x.example',
      '<p><a href="https://x.example/">a</a> <a href="https://x.example/">r</a> [none]</p>',
    ],
    [
      'mathematics',
      '$a_1 * b_1$ and \\(x*y*z\\), not $5 or $6',
      '<p><span class="md-math">$a_1 * b_1$</span> and <span class="md-math">\\(x*y*z\\)</span>, not $5 or $6</p>',
    ],
    [
      'mathematics of several lines',
      '$$\na\n= b\n- c\n$$\nd',
      '<div class="md-math" tabindex="0">$$\na\n= b\n- c\n$$</div><p>d</p>',
    ],
    [
      'nested lists',
      '- a\n  - b\n    1. c\n    2. d\n- e',
      '<ul><li><p>a</p><ul><li><p>b</p><ol><li><p>c</p></li><li><p>d</p></li></ol></li></ul></li><li><p>e</p></li></ul>',
    ],
    [
      'loose lists and their numbers',
      '3. a\n\n4. b\n\n   c',
      '<ol start="3" data-loose=""><li><p>a</p></li><li><p>b</p><p>c</p></li></ol>',
    ],
    ['lists of another mark', '- a\n* b', '<ul><li><p>a</p></li></ul><ul><li><p>b</p></li></ul>'],
    ['years at the start of a line', 'born in\n1984. It rained', '<p>born in\n1984. It rained</p>'],
    [
      'tasks',
      '- [ ] a\n- [x] b',
      '<ul><li class="md-task"><input type="checkbox" disabled="" aria-label="Incomplete task"><div><p>a</p></div></li><li class="md-task"><input type="checkbox" disabled="" checked="" aria-label="Completed task"><div><p>b</p></div></li></ul>',
    ],
    ['quotes', '> a\nb\n> > c\n\nd', '<blockquote><p>a\nb</p><blockquote><p>c</p></blockquote></blockquote><p>d</p>'],
    ['breaks', 'a\n\n***\n- - -', '<p>a</p><hr><hr>'],
  ])('draws %s', (_, text, html) => {
    expect(htmlOf(text)).toBe(html)
  })

  it('draws tables with their alignment, escaped pipes and rows of the wrong length', () => {
    const { element } = drawWhole('text\n| a | b |\n|:-:|--:|\n| `x\\|y` | **2** | 3 |\n| only |\n\nafter')
    const rows = [...element.querySelectorAll('tr')].map((row) =>
      [...row.children].map((cell) => cell.outerHTML).join(''),
    )
    expect(rows).toEqual([
      '<th class="md-center">a</th><th class="md-right">b</th>',
      '<td class="md-center"><code>x|y</code></td><td class="md-right"><strong>2</strong></td>',
      '<td class="md-center">only</td><td class="md-right"></td>',
    ])
    expect([...element.querySelectorAll('p')].map((p) => p.textContent)).toEqual(['text', 'after'])
  })

  it('draws fenced code as written, with its language', () => {
    const { element } = drawWhole('````js title=x\n\ta\n```\n**b**\n````\n\n    indented\n')
    expect([...element.querySelectorAll('code')].map((code) => code.textContent)).toEqual([
      '\ta\n```\n**b**',
      'indented',
    ])
    expect([...element.querySelectorAll('.md-code-bar span')].map((label) => label.textContent)).toEqual(['js', ''])
  })

  it('copies code and says so until the pointer leaves', async () => {
    const onCopy = vi.fn()
    const view = createView({ onCopy })
    document.body.append(view.element)
    view.update('```js\nlet a\n```', 1, true)
    const button = view.element.querySelector('button')
    button?.click()
    await Promise.resolve()
    expect(onCopy).toHaveBeenCalledWith('let a')
    expect(button?.textContent).toBe('Copied')
    button?.dispatchEvent(new Event('pointerleave'))
    expect(button?.textContent).toBe('Copy')
  })

  it('joins footnotes with their marks in both directions, without touching the address of the page', () => {
    const { element } = drawWhole('a[^n] b[^missing]\n\n[^n]: The note\n\n    goes on')
    document.body.append(element)
    const mark = element.querySelector<HTMLElement>('.md-note-mark')
    const note = element.querySelector<HTMLElement>('.md-note')
    expect(note?.querySelectorAll('p').length).toBe(2)
    expect(element.querySelector('p')?.textContent).toBe('an b[^missing]')
    mark?.click()
    expect(document.activeElement).toBe(note)
    element.querySelector<HTMLElement>('.md-note-back')?.click()
    expect(document.activeElement).toBe(mark)
    expect(element.querySelectorAll('[id], a').length).toBe(0)
  })

  it('colours code once its fence is closed, and only if no character is lost', async () => {
    const highlight = vi.fn(async (code: string) => [
      { text: 'let', kind: 'keyword' },
      { text: code.slice(3), kind: '' },
    ])
    const view = createView({ highlight })
    view.update('```js\nlet a\n', 1, false)
    expect(highlight).not.toHaveBeenCalled()
    view.update('```js\nlet a\n```\n\nText', 1, false)
    await Promise.resolve()
    await Promise.resolve()
    expect(view.element.querySelector('code')?.innerHTML).toBe('<span class="md-k-keyword">let</span> a')

    const lossy = createView({ highlight: async () => [{ text: 'le', kind: 'keyword' }] })
    lossy.update('```js\nlet a\n```', 1, true)
    await Promise.resolve()
    await Promise.resolve()
    expect(lossy.element.querySelector('code')?.innerHTML).toBe('let a')
  })

  it('lets lists, quotes and tables run the way their first text does', () => {
    const { element } = drawWhole('- **واحد** one\n\n> a\n\n1. 1\n')
    expect([...element.querySelectorAll('ul, blockquote, ol')].map((block) => block.getAttribute('dir'))).toEqual([
      'rtl',
      'ltr',
      null,
    ])
  })

  it('leaves nothing after destroy()', () => {
    const view = drawWhole('# a')
    view.destroy()
    expect(view.element.childNodes.length).toBe(0)
  })
})

describe('an answer that wants to stall the page', () => {
  it('a few bytes of table do not become a million cells', () => {
    const columns = 400
    const table = `|${'a|'.repeat(columns)}\n|${'-|'.repeat(columns)}\n${'|\n'.repeat(20)}`
    const cells = drawWhole(table).element.querySelectorAll('td').length
    expect(cells).toBeLessThanOrEqual(20 * 50)
  })

  it('quotes within quotes are drawn to a depth and then shown as they were written', () => {
    expect(drawWhole(`${'>'.repeat(300)} deep`).element.textContent).toContain('deep')
  })

  it('an address too long to be one is text', () => {
    expect(drawWhole(`http://a.b/${')'.repeat(5_000)}`).element.querySelector('a')).toBeNull()
  })
})

it('words that could not be drawn stay as they were written when their label is defined', () => {
  const view = createView()
  vi.spyOn(document, 'createTextNode').mockImplementationOnce(() => {
    throw new Error('The browser refused.')
  })
  const text = '[a] b\n\nmore\n\n'
  view.update(text, 1, false)
  view.update(`${text}[a]: https://x.example\n`, 1, true)
  expect(view.element.querySelector('p')?.textContent).toBe('[a] b')
})
