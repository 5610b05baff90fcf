import { describe, expect, it } from 'vitest'
import { createFileForm } from '../../../../src/server/gateway/request/file-form.ts'

const TYPE = 'multipart/form-data; boundary=B'
const part = (head: string, body: string) => `--B\r\ncontent-disposition: form-data; ${head}\r\n\r\n${body}\r\n`
const FILE = part('name="file"; filename="a.png"', 'A')
const bytes = (text: string) => new TextEncoder().encode(text)

/** What goes up of a form that comes in pieces of so many bytes; undefined where it is refused. */
function pass(form: string, { type = TYPE, size = Number.POSITIVE_INFINITY } = {}) {
  const reader = createFileForm(type)
  if (reader === undefined) return undefined
  const sent = bytes(form)
  let up = ''
  for (let at = 0; at < sent.length; at += size) {
    const piece = reader.push(sent.subarray(at, at + size))
    if (piece === undefined) return undefined
    up += new TextDecoder().decode(piece)
  }
  return reader.isWhole ? { up, type: reader.contentType } : undefined
}

async function filesOf(passed: ReturnType<typeof pass>) {
  const form = await new Response(passed?.up ?? '', { headers: { 'content-type': passed?.type ?? '' } }).formData()
  return Promise.all([...form].map(async ([name, file]) => [name, (file as File).name, await (file as File).text()]))
}

describe('T33: a form of an upload', () => {
  it('with one file goes up with its name and its bytes, wherever it is cut', async () => {
    const content = 'x\r\n--\r\n--A\r\n\r--B\n--B\r\n-B\r\n'
    const form = `${part('name="file"; filename="猫 %22.png"', content)}--B--\r\n`
    for (const size of [1, 2, 3, 7, 1_000]) {
      expect(await filesOf(pass(form, { size }))).toEqual([['file', '猫 ".png', content]])
    }
    expect(await filesOf(pass(form, { type: 'multipart/form-data; boundary="B"' }))).toHaveLength(1)
  })

  it.each([
    ['a field beside it', `${FILE}${part('name="user_id"', 'victim')}--B--\r\n`],
    ['a field before it', `${part('name="user_id"', 'victim')}${FILE}--B--\r\n`],
    ['a second file', `${FILE}${FILE}--B--\r\n`],
    ['no file', '--B--\r\n'],
    ['two names', `${part('name="file"; name="user_id"; filename="a"', 'A')}--B--\r\n`],
    ['a name that is nearly file', `${part('name="File"; filename="a"', 'A')}--B--\r\n`],
    ['two dispositions', FILE.replace('\r\n\r\n', '\r\ncontent-disposition: form-data; name="user_id"\r\n\r\n')],
    ['no end', FILE],
    ['an end that is half', `${FILE}--B-`],
    ['words in front', `x\r\n${FILE}--B--`],
    ['a head without an end', `--B\r\nx: ${'a'.repeat(5_000)}`],
    ['something else', 'just text'],
  ])('with %s is refused', (_what, form) => {
    for (const size of [1, 10, 10_000]) expect(pass(form, { size })).toBeUndefined()
  })

  it('that names no boundary, or several, is refused', () => {
    for (const type of [
      '',
      'multipart/form-data',
      `${TYPE}; boundary=C`,
      'multipart/form-data; boundary="B\\"; x=y',
      'text/plain',
    ]) {
      expect(createFileForm(type)).toBeUndefined()
    }
  })
})
