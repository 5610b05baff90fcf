// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import { htmlOf } from './support.ts'

const code = (text: string) =>
  `<div class="md-code"><div class="md-code-bar"><span></span><button class="md-copy" type="button">Copy</button></div><pre class="md-scroll" tabindex="0" role="group" aria-label="Code"><code>${text}</code></pre></div>`

/** Examples after the CommonMark and GFM specifications, by section; lists have paragraphs whether they are tight or loose. */
const EXAMPLES: readonly [section: string, markdown: string, html: string][] = [
  ['tabs', '  - foo\n\n\tbar', '<ul data-loose=""><li><p>foo</p><p>bar</p></li></ul>'],
  ['backslash escapes', '\\> not a quote\n\\# no heading', '<p>&gt; not a quote\n# no heading</p>'],
  ['entities', '&#35; &#1234; &#0;', '<p># Ӓ �</p>'],
  ['precedence', '- `one\n- two`', '<ul><li><p>`one</p></li><li><p>two`</p></li></ul>'],
  ['ATX headings', '# foo', '<h1>foo</h1>'],
  ['ATX headings that are none', '#5 bolt\n\n#hashtag', '<p>#5 bolt</p><p>#hashtag</p>'],
  ['closing sequences', '## foo ##\n  ###   bar    ###', '<h2>foo</h2><h3>bar</h3>'],
  ['setext headings', 'Foo *bar\nbaz*\n====', '<h1>Foo <em>bar\nbaz</em></h1>'],
  ['indented code', '    a simple\n      indented code block', code('a simple\n  indented code block')],
  ['fences', '~~~\n<\n >\n~~~', code('&lt;\n &gt;')],
  ['indented fences', '  ```\naaa\n  aaa\naaa\n  ```', code('aaa\naaa\naaa')],
  ['definitions', '[foo]: /url "title"\nbar\n===\n[foo]', '<h1>bar</h1><p><span>foo</span></p>'],
  ['paragraphs', '  aaa\n bbb', '<p>aaa\nbbb</p>'],
  ['lazy continuation', '> bar\nbaz\n> foo', '<blockquote><p>bar\nbaz\nfoo</p></blockquote>'],
  [
    'lists of another mark',
    '- foo\n- bar\n+ baz',
    '<ul><li><p>foo</p></li><li><p>bar</p></li></ul><ul><li><p>baz</p></li></ul>',
  ],
  [
    'numbers in a paragraph',
    'The number of windows in my house is\n14.  The number of doors is 6.',
    '<p>The number of windows in my house is\n14.  The number of doors is 6.</p>',
  ],
  ['code spans', '`foo`', '<p><code>foo</code></p>'],
  ['line endings in code spans', '``\nfoo\nbar  \nbaz\n``', '<p><code>foo bar   baz</code></p>'],
  ['stars among spaces', 'a * foo bar*', '<p>a * foo bar*</p>'],
  ['stars within words', 'foo*bar*', '<p>foo<em>bar</em></p>'],
  ['underscores within words', 'foo_bar_', '<p>foo_bar_</p>'],
  ['nested emphasis', '*foo**bar***', '<p><em>foo<strong>bar</strong></em></p>'],
  ['stars within emphasis', '**foo * bar**', '<p><strong>foo * bar</strong></p>'],
  ['links', '[link](https://a.example "title")', '<p><a href="https://a.example/">link</a></p>'],
  ['links to nothing', '[link](<>)', '<p><span>link</span></p>'],
  [
    'links within links',
    '[foo [bar](https://a.example)](https://b.example)',
    '<p>[foo <a href="https://a.example/">bar</a>](<a href="https://b.example/">https://b.example</a>)</p>',
  ],
  ['links before emphasis', '*[foo*](https://a.example)', '<p>*<a href="https://a.example/">foo*</a></p>'],
  ['references', '[foo][BaR]\n\n[bar]: https://a.example', '<p><a href="https://a.example/">foo</a></p>'],
  ['autolinks', '<https://a.example?q=1>', '<p><a href="https://a.example/?q=1">https://a.example?q=1</a></p>'],
  ['hard breaks', 'foo  \n     bar', '<p>foo<br>bar</p>'],
  ['strikethrough (GFM)', '~~Hi~~ Hello, ~~~~there', '<p><del>Hi</del> Hello, ~~~~there</p>'],
  [
    'bare addresses (GFM)',
    'www.a.example/he_llo.',
    '<p><a href="http://www.a.example/he_llo">www.a.example/he_llo</a>.</p>',
  ],
  [
    'bare addresses in parentheses (GFM)',
    'www.a.example/s?q=(b)))',
    '<p><a href="http://www.a.example/s?q=(b)">www.a.example/s?q=(b)</a>))</p>',
  ],
]

describe('the specifications', () => {
  it.each(EXAMPLES)('draws %s', (_, markdown, html) => {
    expect(htmlOf(markdown)).toBe(html)
  })
})
