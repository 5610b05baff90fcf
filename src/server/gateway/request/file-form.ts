import { joinBytes } from '../../http/join-bytes.ts'

/**
 * A multipart form of one file, written anew while it is read (RFC 7578, RFC 2046 section 5.1). What goes up has a boundary that the
 * sender does not know, so that nothing inside can be a second part to any reader. Pure but for that boundary.
 */
export interface FileForm {
  /** Of the form that is written. */
  readonly contentType: string
  /** What may be passed on by now; `undefined` for a form that is something else than one part named `file`. */
  push(bytes: Uint8Array): Uint8Array<ArrayBuffer> | undefined
  /** Whether the form is whole. */
  readonly isWhole: boolean
}

const CONTENT_TYPE =
  /^multipart\/form-data\s*;\s*boundary=(?:"([\w'()+,./:=? -]{0,69}[\w'()+,./:=?-])"|([\w'+.-]{1,70}))\s*$/i
const MAX_HEAD_BYTES = 4_096
const HEAD_END = bytesOf('\r\n\r\n')
const CLOSE = '--'
/** Whatever some reader ends a line at, and what no sender writes into a head. Browsers write the line ends of names as `%0A`. */
const ODD_IN_LINE = /[\p{Zl}\p{Zp}]|(?!\t)\p{Cc}/u

const DISPOSITION =
  /^content-disposition:\s*form-data((?:\s*;\s*(?:name|filename|filename\*)=(?:"(?:[^"\\]|\\.)*"|[^\s;"]+))+)\s*$/i
const PARAMETER = /;\s*(name|filename\*?)=("(?:[^"\\]|\\.)*"|[^\s;"]+)/gi
const PART_TYPE = /^content-type:\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=[\w.+-]+)*)\s*$/i

/** @returns `undefined` for the content type of anything but a form with one boundary */
export function createFileForm(contentType: string): FileForm | undefined {
  const [, quoted, plain] = CONTENT_TYPE.exec(contentType) ?? []
  const boundary = quoted ?? plain
  if (boundary === undefined) return undefined
  const written = crypto.randomUUID()
  const delimiter = bytesOf(`\r\n--${boundary}`)
  let phase: 'head' | 'file' | 'close' | 'whole' = 'head'
  // The first delimiter has no line in front of it, and is one like the others with this.
  let rest: Uint8Array<ArrayBuffer> = bytesOf('\r\n')

  /** The head to be written; undefined while it is not there. @throws RefusedForm */
  function readHead(): Uint8Array<ArrayBuffer> | undefined {
    const end = indexOf(rest, HEAD_END)
    if ((end === -1 ? rest.length : end) > MAX_HEAD_BYTES) throw new RefusedForm()
    if (end === -1) return undefined
    const [, first, ...lines] = new TextDecoder('utf-8', { fatal: true }).decode(rest.subarray(0, end)).split('\r\n')
    if (first !== `--${boundary}` || lines.some((line) => ODD_IN_LINE.test(line))) throw new RefusedForm()
    rest = rest.slice(end + HEAD_END.length)
    return bytesOf(`--${written}\r\n${partHead(lines)}\r\n\r\n`)
  }

  /** @throws RefusedForm */
  function read(): readonly Uint8Array<ArrayBuffer>[] {
    const head = phase === 'head' ? readHead() : undefined
    if (head !== undefined) phase = 'file'
    const pieces = head === undefined ? [] : [head]
    if (phase === 'file') {
      const end = indexOf(rest, delimiter)
      const sure = end === -1 ? Math.max(0, rest.length - delimiter.length + 1) : end
      pieces.push(rest.subarray(0, sure))
      rest = rest.slice(end === -1 ? sure : end + delimiter.length)
      if (end !== -1) phase = 'close'
    }
    if (phase === 'close' && rest.length >= CLOSE.length) {
      // Another part. What has gone up by now is no whole form.
      if (indexOf(rest.subarray(0, CLOSE.length), bytesOf(CLOSE)) !== 0) throw new RefusedForm()
      pieces.push(bytesOf(`\r\n--${written}--\r\n`))
      phase = 'whole'
    }
    return pieces
  }

  return {
    contentType: `multipart/form-data; boundary=${written}`,
    push(bytes) {
      // What follows the end of a form is nobody's (RFC 2046 section 5.1.1), and is not kept.
      if (phase === 'whole') return new Uint8Array()
      rest = joinBytes([rest, bytes])
      try {
        return joinBytes(read())
      } catch {
        return undefined
      }
    },
    get isWhole() {
      return phase === 'whole'
    },
  }
}

class RefusedForm extends Error {}

/** The head of the part, from what is known of it. @throws RefusedForm for a part that is not named `file` */
function partHead(lines: readonly string[]): string {
  const [disposition, ...otherDispositions] = lines.filter((line) => /^content-disposition\s*:/i.test(line))
  const parameters = [...(DISPOSITION.exec(disposition ?? '')?.[1] ?? '').matchAll(PARAMETER)]
  const names = parameters.map(([, name = '']) => name.toLowerCase())
  const [, , name] = parameters[names.indexOf('name')] ?? []
  const isOnce = otherDispositions.length === 0 && new Set(names).size === names.length
  if (!isOnce || (name !== '"file"' && name !== 'file')) throw new RefusedForm()
  const type = lines.flatMap((line) => PART_TYPE.exec(line)?.[1] ?? [])[0] ?? 'application/octet-stream'
  return `Content-Disposition: form-data${parameters.map(([text]) => text).join('')}\r\nContent-Type: ${type}`
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function indexOf(bytes: Uint8Array, sought: Uint8Array): number {
  const [first = 0] = sought
  for (let at = bytes.indexOf(first); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (sought.every((byte, i) => bytes[at + i] === byte)) return at
  }
  return -1
}
