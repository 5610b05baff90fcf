/** Deterministic answers for the Markdown benchmark: varied as answers are, or one giant block of a kind. */

const SENTENCES = [
  'The **token service** signs a short assertion and trades it for an access token. ',
  'See [the guide](https://docs.example.com/guide?topic=tokens) or https://www.example.com/a_b for *more detail*. ',
  'Call `createChatWidget({ botId })` once; a second call returns the ~~first~~ same widget. ',
  '**重点：**每个访客都有自己的会话，互不可见。请参考`session_id`字段，它由浏览器生成。',
  'Prices went from $5 to $7, that is a factor of $\\frac{7}{5}$ or about 1.4. ',
  'Plain words follow here, since most of an answer is plain words after all, line after line. ',
]

function paragraph(length: number, seed: number): string {
  let text = ''
  for (let index = seed; text.length < length; index++) text += SENTENCES[index % SENTENCES.length]
  return text.trimEnd()
}

/** One round of everything, a little over 2,000 characters. */
function section(number: number): string {
  return [
    `## Part ${number}: 说明 and *emphasis*`,
    paragraph(420, number),
    `- first **item** ${number}\n- second item with \`code\`\n  - nested item\n  - another one\n    1. deep\n    2. deeper\n- [ ] open task\n- [x] done task`,
    `> A quote that says something.\n> ${paragraph(100, number + 1)}`,
    `\`\`\`ts\nexport function part${number}(value: number): string {\n  // a comment in the code\n  const list = [1, 2, 3].map((item) => item * value)\n  return \`\${list.join(', ')} is the answer\`\n}\n\`\`\``,
    `| name | value | note |\n|:-----|------:|:----:|\n| alpha | ${number} | *first* |\n| beta | ${number * 2} | \`second\` |\n| gamma | ${number * 3} | third |`,
    paragraph(500, number + 2),
    `1. one\n2. two with a [link](https://example.com/${number})\n3. three[^${number}]`,
    '---',
    paragraph(300, number + 3),
    `[^${number}]: The footnote of part ${number}.`,
  ].join('\n\n')
}

/** One block that grows, by the number of its sentences, rows, lines or items. */
export const GROWING: Record<string, { readonly most: number; make(count: number): string }> = {
  'one paragraph of 50 KB': {
    most: 700,
    make: (count) => times(count, (index) => SENTENCES[index % SENTENCES.length] ?? ''),
  },
  'one table of 2,000 rows': {
    most: 2_000,
    make: (count) =>
      `| a | b | c |\n|---|---|---|\n${times(count, (index) => `| ${index} | cell with **bold** | more |\n`)}`,
  },
  '3,000 lines of code': {
    most: 3_000,
    make: (count) =>
      `\`\`\`js\n${times(count, (index) => `const value${index} = compute(${index}, 'text') // ${index}\n`)}`,
  },
  'one list of 2,000 items': {
    most: 2_000,
    make: (count) => times(count, (index) => `- item ${index} with **bold** and \`code\`\n`),
  },
}

function times(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join('')
}

function fill(length: number, part: (index: number) => string, start = ''): string {
  const parts = [start]
  let size = start.length
  for (let index = 1; size < length; index++) {
    const next = part(index)
    parts.push(next)
    size += next.length
  }
  return parts.join('').slice(0, length)
}

export const INPUTS: Record<string, (length: number) => string> = {
  varied: (length) => fill(length, (index) => `${section(index)}\n\n`),
  'one paragraph': (length) => fill(length, (index) => SENTENCES[index % SENTENCES.length] ?? ''),
  'one code fence': (length) =>
    fill(length, (index) => `const value${index} = compute(${index}, 'text') // ${index}\n`, '```js\n'),
  'one list': (length) => fill(length, (index) => `- item ${index} with **bold** and \`code\`\n`),
  'one table': (length) =>
    fill(length, (index) => `| ${index} | cell with **bold** | more |\n`, '| a | b | c |\n|---|---|---|\n'),
}
