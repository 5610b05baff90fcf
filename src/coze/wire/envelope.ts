/**
 * The envelope around every response, https://www.coze.cn/docs/developer_guides/coze_error_codes . HTTP 200 alone does not mean success.
 *
 * Shapes only. Ids are decimal strings beyond 2^53, never numbers; times are Unix seconds. A reader must expect unknown fields and
 * values, and here and there a number spelled as a string.
 */

export interface WireDetail {
  logid: string
}

export interface WireEnvelope<T> {
  code: number
  msg: string
  data: T
  detail?: WireDetail
}

/** `code` is never 0. Some chatflow failures spell it as a string. */
export interface WireFailure {
  code: number | string
  msg: string
  detail?: WireDetail
}
