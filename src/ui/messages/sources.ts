/** Where an answer comes from: the documents that were found in the agent's knowledge. Pure. */
import { saysAddress } from '../../platform/addresses/address-words.ts'
import { parseUrl } from '../../platform/addresses/parse-url.ts'
import { isRecord } from '../../platform/is-record.ts'

export interface Source {
  readonly title: string
  /** Of a page that anybody may open. */
  readonly url: string | undefined
}

/** More than anybody looks at. */
const MAX_SOURCES = 8
const MAX_TITLE = 120
const TURNS_DIRECTION = /\p{Bidi_Control}/gu

/**
 * @param output what the vendor says of a recall, https://www.coze.cn/docs/developer_guides/message_type : JSON with `chunks`, each with a
 * `meta` of document, link and card. Anything else has no sources.
 */
export function sourcesOf(output: string): readonly Source[] {
  const sources = new Map<string, Source>()
  for (const chunk of chunksOf(output)) {
    const meta = fieldsOf(chunk['meta'])
    const link = fieldsOf(meta['link'])
    const url = parseUrl(wordsOf(link['url']))
    const page = url && /^https?:$/.test(url.protocol) ? url : undefined
    const title = [link['title'], fieldsOf(meta['document'])['name'], fieldsOf(meta['card'])['title'], url?.host]
      .map((words) => wordsOf(words).replace(TURNS_DIRECTION, ''))
      .find((words) => words !== '')
    if (!title || sources.size >= MAX_SOURCES) continue
    // Words that say an address may say another one than that of the page (T45).
    const words = page && saysAddress(title) ? page.host + page.pathname : title
    sources.set(page?.href ?? title, { title: words.slice(0, MAX_TITLE), url: page?.href })
  }
  return [...sources.values()]
}

type Fields = Readonly<Record<string, unknown>>

function chunksOf(output: string): readonly Fields[] {
  try {
    const { chunks } = fieldsOf(JSON.parse(output))
    return Array.isArray(chunks) ? chunks.map(fieldsOf) : []
  } catch {
    return []
  }
}

const fieldsOf = (value: unknown): Fields => (isRecord(value) ? value : {})
const wordsOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
