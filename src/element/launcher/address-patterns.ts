/** Whether a page is one of those that an owner has named. Pure. */

/** What there is to know of a page. */
export interface Place {
  /** Path with query and fragment. */
  readonly address: string
  /** The screen is a phone's. */
  readonly isPhone: boolean
}

export interface Where {
  /** Addresses, or `phone`; in one text they are separated by `|`. Empty or absent: everywhere. */
  readonly showOn?: string | readonly string[] | undefined
  readonly hideOn?: string | readonly string[] | undefined
}

/** The word for every page on a phone. */
const PHONE = 'phone'

/** Both lists have to agree; `hideOn` has the last word. */
export function isWanted({ showOn, hideOn }: Where, place: Place): boolean {
  const [shown, hidden] = [listOf(showOn), listOf(hideOn)]
  const named = (patterns: readonly string[]) => patterns.some((pattern) => fits(pattern, place))
  return (shown.length === 0 || named(shown)) && !named(hidden)
}

function listOf(patterns: string | readonly string[] = []): readonly string[] {
  const texts = typeof patterns === 'string' ? patterns.split(/[|｜]/) : [patterns].flat()
  return texts.map((text) => String(text).trim()).filter(Boolean)
}

/**
 * `*` is any text. A pattern without a query is of any query, one without a fragment of any fragment; a slash at the end makes no difference.
 * @example fits('/shoes/*', { address: '/shoes/red?size=42', isPhone: false }) // true
 */
function fits(wanted: string, { address, isPhone }: Place): boolean {
  if (wanted === PHONE) return isPhone
  const [, path = '', query = '', fragment = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(address) ?? []
  const text = bare(path) + (wanted.includes('?') ? query : '') + (wanted.includes('#') ? fragment : '')
  return new RegExp(
    `^${bare(wanted)
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')}$`,
    's',
  ).test(text)
}

/** `/` stays what it is. */
const bare = (path: string) => path.replace(/(.)\/$/, '$1')
