/** What the test lists of cmark, commonmark.js and markdown-it know as hard to read, and what is hard for a view that draws while it grows. */

const repeat = (unit: string) => (length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length)

const halves = (first: string, second: string) => (length: number) =>
  repeat(first)(length >> 1) + repeat(second)(length >> 1)

const counted = (part: (index: number) => string) => (length: number) => {
  let text = ''
  for (let index = 1; text.length < length; index++) text += part(index)
  return text
}

/** A text of about so many characters. */
type Make = (length: number) => string

/** What CommonMark's reference reads as we do. */
export const COMMONMARK: Readonly<Record<string, Make>> = {
  'definitions in a row': counted((index) => `[l${index}]: tel:${index}\n`),
  'one definition again and again': repeat('[a]: tel:1\n'),
  'definitions with titles on the next line': counted((index) => `[l${index}]: tel:${index}\n"title"\n`),
  'a definition whose title never ends': (length) => `[a]: tel:1 "${repeat('word\n[')(length)}`,
  'definitions apart, after their use': (length) => {
    const use = counted((index) => `[l${index}] `)(length >> 1)
    return `${use}\n\n${counted((index) => `[l${index}]: tel:${index}\n\n`)(length >> 1)}`
  },
  'nested brackets': halves('[', ']'),
  'nested brackets with words': halves('[a', 'b]'),
  'open brackets': repeat('[ '),
  'open brackets, then links': halves('[', '[a](tel:1)'),
  'nested links': halves('[a', '](tel:1)'),
  'beginnings of pictures': repeat('![ '),
  'beginnings of addresses': repeat('[a](<b '),
  'addresses within each other': repeat('[a](b'),
  'titles that never end': repeat('[a](b "'),
  'references without an end': repeat('[a][b '),
  stars: repeat('* a **'),
  'marks by turns': repeat('*_ '),
  'marks that open': repeat('*a '),
  'marks that close': repeat('a* '),
  'marks of two kinds': repeat('*a_ '),
  'a strong beginning, then marks that close': (length) => `a**b${repeat('c* ')(length)}`,
  'emphasis across all of it': (length) => `*${repeat('word ')(length)}w*`,
  backticks: counted((index) => `e${'`'.repeat(index % 200)}`),
  'lonely backticks': repeat('`a``b```c '),
  'points that open': repeat('< a '),
  'characters by their names': repeat('&amp;'),
  ampersands: repeat('& '),
  backslashes: repeat('\\'),
  'spaces within a line': (length) => `a${repeat(' ')(length)}b`,
  'spaces at the ends of lines': repeat('a                                   \n'),
  tabs: repeat('a\tb\n'),
  'hard breaks': repeat('a  \n'),
  'characters that change the direction': repeat('\u202ea\u2066b\u2069 '),
  'characters without width': repeat('a\u200b\u200d '),
  'quotes within each other, to a depth': repeat(`${'> '.repeat(20)}a\n`),
  'a quote that goes on without its mark': (length) => `> a\n${repeat('b\n')(length)}`,
  'lists within each other, to a depth': counted((index) => `${' '.repeat(2 * (index % 40))}- a\n`),
  'items without words': repeat('-\n'),
  'items apart': repeat('- a\n\n'),
  'an item that goes on without its margin': (length) => `- a\n${repeat('b\n')(length)}`,
  'lines that may be underlines': repeat('-a\n=b\n'),
  'a rule that is none': (length) => `${repeat('-')(length)}x`,
  'fences that are not closed': repeat('~~~\n'),
  'a long line of code': (length) => `~~~\n${repeat('x(); ')(length)}`,
  'blank lines, then words': (length) => `    a\n${repeat('\n')(length >> 1)}${repeat('word ')(length >> 1)}`,
  'blank lines within code': (length) => `    a\n${repeat('\n')(length >> 1)}    b`,
}

/** What the reference has not, or reads without the bounds that we have. */
export const OTHERS: Readonly<Record<string, Make>> = {
  'brackets in an address': halves('[a](tel:(', ')'),
  'marks within each other': halves('*a **a ', 'b** b* '),
  'beginnings of tags': repeat('<a x="'),
  'a tag with many attributes': (length) => `<a ${repeat('x=y ')(length)}`,
  'beginnings of comments': repeat('<!-- '),
  'beginnings of CDATA': repeat('<![CDATA['),
  'beginnings of addresses without marks': repeat('www.'),
  'marks behind an address': repeat(`http://a.example/${'!'.repeat(1_900)} `),
  'brackets behind an address': repeat(`http://a.example/${')'.repeat(1_900)} `),
  'references behind an address': repeat(`http://a.example/${'&a;'.repeat(600)} `),
  'addresses of mails': repeat('a.a.a.a.a@'),
  'beginnings of formulas': repeat('\\( '),
  'a formula on one line': (length) => `$$${repeat('x+')(length)}`,
  nulls: repeat('a\0b '),
  'marks of one footnote': (length) => `${repeat('[^a] ')(length)}\n\n[^a]: here\n`,
  'footnotes after their marks': (length) =>
    `${counted((index) => `[^${index}] `)(length >> 1)}\n\n${counted((index) => `[^${index}]: a\n`)(length >> 1)}`,
  'lines that may be rows': repeat('|a\n'),
  'lines that may be below a head': repeat(':a\n'),
  'rows of lines': repeat('|-|-|\n|-|\n'),
  'a head without an end': repeat('|a'),
  'a table of many columns': (length) => ['|a', '|-', '|b'].map((cell) => `${cell.repeat(length / 6)}|\n`).join(''),
  'a row without an end': (length) => `|a|b|\n|-|-|\n${repeat('|x')(length)}`,
  'backslashes in a head': (length) => `${repeat('\\')(length)}\n|-|`,
}
