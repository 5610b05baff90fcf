import { describe, expect, it } from 'vitest'
import { createFileForm } from '../../../../src/server/gateway/request/file-form.ts'

const TYPE = 'multipart/form-data; boundary=B'
const part = (head: string, body: string) => `--B\r\ncontent-disposition: form-data; ${head}\r\n\r\n${body}\r\n`
const FILE = part('name="file"; filename="a.png"', 'A')
/** The file with one more line in its head. */
const withHead = (line: string) => FILE.replace('\r\n\r\n', `\r\n${line}\r\n\r\n`)
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
    ['two dispositions', `${withHead('content-disposition: form-data; name="user_id"')}--B--`],
    ['two dispositions, one with a space', `${withHead('Content-Disposition : form-data; name="user_id"')}--B--`],
    ['no disposition', '--B\r\ncontent-type: image/png\r\n\r\nA\r\n--B--'],
    ['a disposition that is broken off', '--B\r\ncontent-disposition: form-data; name="file\r\n\r\nA\r\n--B--'],
    ['no end', FILE],
    ['an end that is half', `${FILE}--B-`],
    ['words in front', `x\r\n${FILE}--B--`],
    ['a line feed in its name', `${part('name="file"; filename="a\nx: y"', 'A')}--B--\r\n`],
    ['a carriage return in its name', `${part('name="file"; filename="a\rx: y"', 'A')}--B--\r\n`],
    ['an escaped line feed in its name', `${part('name="file"; filename="a\\\nx"', 'A')}--B--\r\n`],
    ['a line feed between its parameters', `${part('name="file";\nfilename="a"', 'A')}--B--\r\n`],
    ['a NUL in its name', `${part('name="file"; filename="a\0"', 'A')}--B--\r\n`],
    ['a line feed in its type', `${withHead('content-type: image/png\n;a=b')}--B--`],
    ['a NEL in its name', `${part('name="file"; filename="a\u0085x"', 'A')}--B--\r\n`],
    ['a line separator in its name', `${part('name="file"; filename="a\u2028x"', 'A')}--B--\r\n`],
    ['a head without an end', `--B\r\nx: ${'a'.repeat(5_000)}`],
    ['something else', 'just text'],
  ])('with %s is refused', (_what, form) => {
    for (const size of [1, 10, 10_000]) expect(pass(form, { size })).toBeUndefined()
  })

  it('goes up with its type, and with nothing else of its head', () => {
    const headOf = (form: string) => {
      const { up = '', type = '' } = pass(form) ?? {}
      const [head = ''] = up.replaceAll(type.replace(/.*=/, ''), 'N').split('\r\n\r\n')
      return head.split('\r\n')
    }
    const disposition = 'Content-Disposition: form-data; name="file"; filename="a.png"'
    for (const [line, type] of [
      ['content-type: image/png', 'image/png'],
      ['Content-Type:text/plain; charset=utf-8', 'text/plain; charset=utf-8'],
      ['content-type: image/png; name="a\\"b"', 'application/octet-stream'],
      ['x-content-type: text/html', 'application/octet-stream'],
      ['x-content-disposition: form-data; name="user_id"', 'application/octet-stream'],
    ] as const) {
      expect(headOf(`${withHead(line)}--B--`)).toEqual(['--N', disposition, `Content-Type: ${type}`])
    }
    const unquoted = part('name=file; filename=a.png', 'A')
    expect(headOf(`${unquoted}--B--`)[1]).toBe('Content-Disposition: form-data; name=file; filename=a.png')
  })

  it('F71: has a head of at most 4,096 bytes, and is refused as soon as it has more', () => {
    // The line break and the delimiter in front of the head count with it.
    const head = (size: number) =>
      `--B\r\n${'content-disposition: form-data; name="file"\r\nx: '.padEnd(size - 7, 'x')}`
    expect(pass(`${head(4_096)}\r\n\r\nA\r\n--B--`)).toBeDefined()
    expect(pass(`${head(4_097)}\r\n\r\nA\r\n--B--`)).toBeUndefined()
    const reader = createFileForm(TYPE)
    expect(reader?.push(bytes(head(4_096)))).toHaveLength(0)
    expect(reader?.push(bytes('x'))).toBeUndefined()
  })

  it('whose head is no UTF-8 is refused', () => {
    const [before = '', after = ''] = `${FILE}--B--`.split('a.png')
    const form = new Uint8Array([...bytes(before), 0xff, ...bytes(after)])
    expect(createFileForm(TYPE)?.push(form)).toBeUndefined()
  })

  it('T31: goes up as it comes: what is kept back is shorter than the line that would end it', () => {
    const reader = createFileForm(TYPE)
    reader?.push(bytes(FILE.slice(0, FILE.indexOf('A\r\n'))))
    expect(reader?.push(bytes('0123456789'))).toEqual(bytes('01234567'.slice(0, 10 - '\r\n--'.length)))
    expect(reader?.push(bytes('\r\n--B--'))).toHaveLength('6789'.length + `\r\n--${crypto.randomUUID()}--\r\n`.length)
    // What follows is nobody's, and a form that is whole stays so.
    expect(reader?.push(bytes('\r\n--B\r\n'))).toHaveLength(0)
    expect(reader?.isWhole).toBe(true)
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
