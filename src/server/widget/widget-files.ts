/** One file of the widget, ready to be sent. */
export interface WidgetFile {
  readonly plain: Uint8Array<ArrayBuffer>
  readonly brotli: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
  /** Opaque name of the content, without quotes. */
  readonly tag: string
}

/** The files that a page needs: those of `dist/browser/`. `readWidgetFiles` of `coze-chat-widget/server/node` reads them. */
export interface WidgetFiles {
  has(name: string): boolean
  /**
   * Compresses a file unless that has been done.
   *
   * @param name of a file for which `has` returns true
   * @param head text that is put in front of the content
   */
  read(name: string, head?: string): Promise<WidgetFile>
}

/** Names with a hash of their content never mean anything else, so they may be cached for ever. */
export function hasHash(name: string): boolean {
  return /-[\w-]{8}\.js$/.test(name)
}
