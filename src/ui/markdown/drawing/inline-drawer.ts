/** Draws what is inside a paragraph, heading or cell: links, pictures, marks of footnotes, emphasis. */
import { fileNameOf } from '../../../platform/file-name.ts'
import { parseUrl } from '../../../platform/parse-url.ts'
import { type Inline, type InlineNode, plainText } from '../inline/inline-nodes.ts'
import type { MarkdownViewOptions } from '../markdown-view-options.ts'

export interface InlineDrawer {
  /**
   * Draws `nodes` into `parent`, behind its child `after`; what is the same already stays.
   * @param isLast nothing comes behind them
   * @returns the last one that was drawn; `after` where there was none
   */
  draw(parent: Element, nodes: readonly Inline[], after?: ChildNode, isLast?: boolean): ChildNode | undefined
  /** Tells where a footnote is: its marks that were drawn before lead there. */
  defineNote(label: string, target: HTMLElement): void
}

const LINK_PROTOCOLS = ['http:', 'https:', 'mailto:', 'tel:']
const IMAGE_PROTOCOLS = ['http:', 'https:']
const TAGS = { em: 'em', strong: 'strong', del: 'del', code: 'code', math: 'span', br: 'br' } as const

/** The address if it is absolute and of an allowed protocol; `URL` strips control characters just as browsers do. */
function safeUrl(address: string, protocols: readonly string[]): URL | undefined {
  const url = parseUrl(address)
  return url && protocols.includes(url.protocol) ? url : undefined
}

/** Two nodes of one signature differ at most in their children, and those can be drawn in place. */
function signatureOf(node: InlineNode): string {
  return node.type === 'image' ? JSON.stringify(node) : `${node.type} ${node.to}`
}

/** @param createButton makes a button whose click is handled */
export function createInlineDrawer(
  { document, strings, imageAllowed, onImage }: MarkdownViewOptions,
  createButton: (className: string, text: string, action: () => void) => HTMLButtonElement,
): InlineDrawer {
  const signatures = new WeakMap<Node, string>()
  const notes = new Map<string, HTMLElement>()
  /** Marks of footnotes that nobody has seen yet. */
  const waiting = new Map<string, HTMLElement[]>()

  function createLink(address: string): HTMLElement {
    const url = safeUrl(address, LINK_PROTOCOLS)
    if (!url) return document.createElement('span')
    const link = document.createElement('a')
    link.href = url.href
    link.target = '_blank'
    link.rel = 'noopener noreferrer nofollow ugc'
    return link
  }

  function createImage(node: InlineNode, inLink: boolean): HTMLElement {
    const alt = plainText(node.kids)
    const url = safeUrl(node.to, IMAGE_PROTOCOLS)
    if (!url) {
      const text = document.createElement('span')
      text.textContent = alt
      return text
    }
    const show = () => {
      const image = document.createElement('img')
      image.alt = alt
      image.loading = 'lazy'
      image.decoding = 'async'
      image.referrerPolicy = 'no-referrer'
      image.onerror = () => nameInstead(image, alt || fileNameOf(url) || url.host)
      image.src = url.href
      // A drawing without a size of its own would be as wide as its button, which is as wide as its picture.
      image.onload = () => {
        if (image.clientWidth === 0) image.width = image.naturalWidth
      }
      if (inLink || !onImage) return image
      // What could not be shown has no picture inside it; the browser may know what to do with the file.
      const button = createButton('md-zoom', '', () => {
        if (image.isConnected) onImage(button)
        else open(url, '_blank', 'noopener,noreferrer')
      })
      button.setAttribute('aria-label', strings.openImage(alt))
      button.append(image)
      return button
    }
    if (imageAllowed(url)) return show()
    const slot = document.createElement('span')
    const button = createButton('md-image-wait', strings.imageFrom(url.host), () => slot.replaceChildren(show()))
    if (alt) button.title = alt
    slot.append(button)
    return slot
  }

  /** In place of a picture that the browser cannot show: the node around it stays, because what follows is drawn after it. */
  function nameInstead(image: HTMLImageElement, name: string): void {
    const button = image.closest<HTMLElement>('.md-zoom')
    if (button) {
      button.className = 'md-image-failed'
      button.replaceChildren(name)
    } else image.alt = name
  }

  function createNoteMark(label: string, target: HTMLElement): HTMLElement {
    const mark = document.createElement('sup')
    const button = createButton('md-note-mark', label, () => {
      target.scrollIntoView({ block: 'nearest' })
      target.focus({ preventScroll: true })
    })
    button.setAttribute('aria-label', strings.footnote(label))
    mark.append(button)
    return mark
  }

  /** As it was written until its footnote comes, which may be at the very end. */
  function createNoteReference(label: string): HTMLElement {
    const element = document.createElement('span')
    const target = notes.get(label)
    if (target) element.append(createNoteMark(label, target))
    else {
      element.textContent = `[^${label}]`
      waiting.set(label, [...(waiting.get(label) ?? []), element])
    }
    return element
  }

  function create(node: InlineNode, inLink: boolean): HTMLElement {
    const { type } = node
    if (type === 'image') return createImage(node, inLink)
    if (type === 'link' || type === 'note') {
      // Nothing inside a link may be a link.
      if (inLink) return document.createElement('span')
      return type === 'link' ? createLink(node.to) : createNoteReference(node.to)
    }
    const element = document.createElement(TAGS[type])
    if (type === 'math') element.className = 'md-math'
    return element
  }

  function drawContent(element: HTMLElement, node: InlineNode, inLink: boolean): void {
    const { type, kids, to } = node
    if (type === 'note' && inLink) element.textContent = `[^${to}]`
    else if (type !== 'image' && type !== 'note') drawAll(element, kids, inLink || element.tagName === 'A')
  }

  function drawNode(node: InlineNode, inLink: boolean): HTMLElement {
    let element: HTMLElement
    try {
      element = create(node, inLink)
      drawContent(element, node, inLink)
    } catch {
      // An old browser, or an address that nobody has thought of: it costs its own words their looks.
      element = document.createElement('span')
      element.textContent = plainText([node])
    }
    signatures.set(element, signatureOf(node))
    return element
  }

  /** Changes the end of a text in place where it can: selections and layout before it stay. */
  function drawString(child: ChildNode | null, text: string): ChildNode | undefined {
    if (child?.nodeType !== 3) return undefined
    const node = child as Text
    const { data } = node
    if (text.startsWith(data)) {
      if (text !== data) node.appendData(text.slice(data.length))
    } else if (data.startsWith(text)) node.deleteData(text.length, data.length - text.length)
    else node.data = text
    return node
  }

  function drawElement(child: ChildNode | null, node: InlineNode, inLink: boolean): ChildNode | undefined {
    if (!child || signatures.get(child) !== signatureOf(node)) return undefined
    drawContent(child as HTMLElement, node, inLink)
    return child
  }

  function drawBehind(
    parent: Element,
    nodes: readonly Inline[],
    inLink: boolean,
    after: ChildNode | undefined,
  ): ChildNode | undefined {
    let last = after
    for (const node of nodes) {
      const child = last ? last.nextSibling : parent.firstChild
      const isText = typeof node === 'string'
      let same = isText ? drawString(child, node) : drawElement(child, node, inLink)
      if (!same) {
        same = isText ? document.createTextNode(node) : drawNode(node, inLink)
        if (child) child.replaceWith(same)
        else parent.append(same)
      }
      last = same
    }
    return last
  }

  function dropBehind(parent: Element, last: ChildNode | undefined): void {
    for (let child = last ? last.nextSibling : parent.firstChild; child; ) {
      const next: ChildNode | null = child.nextSibling
      child.remove()
      child = next
    }
  }

  function drawAll(parent: Element, nodes: readonly Inline[], inLink: boolean): void {
    dropBehind(parent, drawBehind(parent, nodes, inLink, undefined))
  }

  return {
    draw(parent, nodes, after, isLast = true) {
      const last = drawBehind(parent, nodes, false, after)
      if (isLast) dropBehind(parent, last)
      return last
    },
    defineNote(label, target) {
      if (notes.has(label)) return
      notes.set(label, target)
      for (const element of waiting.get(label) ?? []) element.replaceChildren(createNoteMark(label, target))
      waiting.delete(label)
    },
  }
}
