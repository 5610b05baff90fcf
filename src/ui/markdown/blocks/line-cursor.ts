/** Where we are in a line: in characters, and in columns, of which a tab fills up to four. */

export class LineCursor {
  text = ''
  offset = 0
  column = 0
  /** Where the next character stands that is no blank. */
  next = 0
  private nextColumn = 0
  /** Half of a tab has been read as a margin; the rest of it is content. */
  private inTab = false

  reset(text: string): void {
    this.text = text
    this.offset = this.column = 0
    this.inTab = false
    this.look()
  }

  /** Finds the next character. To be called after each step. */
  look(): void {
    let { offset, column } = this
    for (; this.text[offset] === ' ' || this.text[offset] === '\t'; offset++) column += this.widthOf(offset, column)
    this.next = offset
    this.nextColumn = column
  }

  private widthOf(offset: number, column: number): number {
    return this.text[offset] === '\t' ? 4 - (column % 4) : 1
  }

  /** Columns of blanks before the next character. */
  get indent(): number {
    return this.nextColumn - this.column
  }

  get isBlank(): boolean {
    return this.next >= this.text.length
  }

  /** From the next character on. */
  get words(): string {
    return this.text.slice(this.next)
  }

  /** The rest of the line, as content. */
  get rest(): string {
    return this.inTab
      ? ' '.repeat(4 - (this.column % 4)) + this.text.slice(this.offset + 1)
      : this.text.slice(this.offset)
  }

  skipBlanks(): void {
    this.offset = this.next
    this.column = this.nextColumn
    this.inTab = false
  }

  skip(characters: number): void {
    for (let count = 0; count < characters; count++) {
      this.column += this.widthOf(this.offset, this.column)
      this.offset++
    }
    this.inTab = false
    this.look()
  }

  /** The line has been read. */
  skipRest(): void {
    this.offset = this.next = this.text.length
    this.inTab = false
  }

  /** A margin of so many columns; a tab may be cut. */
  skipColumns(columns: number): void {
    let left = columns
    while (left > 0 && this.offset < this.text.length) {
      const width = this.widthOf(this.offset, this.column)
      this.inTab = this.text[this.offset] === '\t' && width > left
      this.column += this.inTab ? left : width
      if (!this.inTab) this.offset++
      left -= width
    }
    this.look()
  }

  /** One blank, if there is one. */
  skipBlank(): void {
    if (this.text[this.offset] === ' ' || this.text[this.offset] === '\t') this.skipColumns(1)
  }

  /** To come back to. */
  save(): readonly [offset: number, column: number, inTab: boolean] {
    return [this.offset, this.column, this.inTab]
  }

  restore([offset, column, inTab]: readonly [number, number, boolean]): void {
    this.offset = offset
    this.column = column
    this.inTab = inTab
    this.look()
  }
}
