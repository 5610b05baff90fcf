import { fileNameOf } from '../../platform/addresses/file-name.ts'
import { parseUrl } from '../../platform/addresses/parse-url.ts'

/**
 * The words of what was pasted or dropped together with files; empty where they only say what the files are. Spreadsheets and word
 * processors add a picture of what was copied, and the visitor meant the words. File managers and browsers add the names, paths or
 * addresses of what was copied, and the visitor meant the files.
 */
export function transferredText(data: DataTransfer): string {
  const text = data.getData('text/plain')
  const names = [...data.files].map(({ name }) => name)
  const addresses = linesOf(data.getData('text/uri-list'))
  const meansFile = (line: string) => addresses.includes(line) || names.includes(lastSegment(line))
  return linesOf(text).every(meansFile) ? '' : text
}

const linesOf = (text: string) =>
  text
    .split(/[\r\n\0]+/)
    .map((line) => line.trim())
    .filter(Boolean)

/** Of a path or an address; a bare name is its own. */
function lastSegment(line: string): string {
  const url = line.includes('://') && parseUrl(line)
  return url ? fileNameOf(url) : line.replace(/^.*[/\\]/, '')
}
