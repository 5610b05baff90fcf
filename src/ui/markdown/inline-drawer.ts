/** Draws the nodes of one line of thought: links, pictures, references, emphasis. */
import { type Inline, type InlineNode, plainText } from './inline-reader.ts'
import type { MarkdownViewOptions } from './markdown-view.ts'

export interface InlineDrawer {
  /** Makes the children of `parent` those of `nodes`; what is the same already stays. */
  draw(parent: Element, nodes: readonly Inline[]): void
  /** Tells the address of a label, unless it has one: references that were drawn before become links. */
  define(label: string, address: string): void
  /** Tells where a footnote is. */
  defineNote(label: string, target: HTMLElement): void
}

interface Waiting {
  readonly element: HTMLElement
  readonly node: InlineNode
}

const LINK_PROTOCOLS = ['http:', 'https:', 'mailto:', 'tel:']
const IMAGE_PROTOCOLS = ['http:', 'https:']
const TAGS = { em: 'em', strong: 'strong', del: 'del', code: 'code', math: 'span', br: 'br' } as const

/** The address if it is absolute and of an allowed protocol; `URL` strips control characters just as browsers do. */
function safeUrl(address: string, protocols: readonly string[]): URL | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  return url && protocols.includes(url.protocol) ? url : undefined
}

/** Two nodes of one signature differ at most in their children, and those can be drawn in place. */
function signatureOf(node: InlineNode): string {
  return node.type === 'image' || node.type === 'ref' ? JSON.stringify(node) : `${node.type} ${node.to}`
}

/** @param createButton makes a button whose click is handled */
export function createInlineDrawer(
  { document, strings, imageAllowed, onImage }: MarkdownViewOptions,
  createButton: (className: string, text: string, action: () => void) => HTMLButtonElement,
): InlineDrawer {
  const signatures = new WeakMap<Node, string>()
  const resolved = new WeakSet<Node>()
  const addresses = new Map<string, string>()
  const notes = new Map<string, HTMLElement>()
  const waiting = new Map<string, Waiting[]>()

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
      image.src = url.href
      // A drawing without a size of its own would be as wide as its button, which is as wide as its picture.
      image.onload = () => {
        if (image.clientWidth === 0) image.width = image.naturalWidth
      }
      if (inLink || !onImage) return image
      const button = createButton('md-zoom', '', () => onImage(button))
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

  /** Puts what a reference stands for into its span; `false` while nobody has defined it. */
  function resolve(element: HTMLElement, node: InlineNode): boolean {
    const isNote = node.type === 'note'
    const target = isNote ? notes.get(node.to) : undefined
    const address = isNote ? undefined : addresses.get(node.to)
    if (target) element.replaceChildren(createNoteMark(node.to, target))
    else if (address !== undefined) {
      const target = node.image ? createImage({ ...node, to: address }, false) : createLink(address)
      if (!node.image) drawInlines(target, node.kids, true)
      element.replaceChildren(target)
    } else return false
    resolved.add(element)
    return true
  }

  /** The span stays where it is whatever becomes of the reference. */
  function createReference(node: InlineNode): HTMLElement {
    const element = document.createElement('span')
    if (resolve(element, node)) return element
    const key = node.type === 'note' ? `^${node.to}` : node.to
    const list = waiting.get(key)
    if (list) list.push({ element, node })
    else waiting.set(key, [{ element, node }])
    return element
  }

  function create(node: InlineNode, inLink: boolean): HTMLElement {
    const { type } = node
    if (type === 'image') return createImage(node, inLink)
    if (type === 'link' || type === 'ref' || type === 'note') {
      // Nothing inside a link may be a link.
      if (inLink) return document.createElement('span')
      return type === 'link' ? createLink(node.to) : createReference(node)
    }
    const element = document.createElement(TAGS[type])
    if (type === 'math') element.className = 'md-math'
    return element
  }

  function fill(element: HTMLElement, node: InlineNode, inLink: boolean): void {
    const { type, kids } = node
    if (type === 'image' || resolved.has(element)) return
    const shown =
      type === 'note'
        ? [`[^${node.to}]`]
        : type === 'ref'
          ? [node.image ? '![' : '[', ...kids, `]${node.tail ?? ''}`]
          : kids
    drawInlines(element, shown, inLink || element.tagName === 'A')
  }

  function drawNode(node: InlineNode, inLink: boolean): HTMLElement {
    const element = create(node, inLink)
    signatures.set(element, signatureOf(node))
    fill(element, node, inLink)
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
    fill(child as HTMLElement, node, inLink)
    return child
  }

  function drawInlines(parent: Element, nodes: readonly Inline[], inLink: boolean): void {
    let child: ChildNode | null = parent.firstChild
    for (const node of nodes) {
      const isText = typeof node === 'string'
      let same = isText ? drawString(child, node) : drawElement(child, node, inLink)
      if (!same) {
        same = isText ? document.createTextNode(node) : drawNode(node, inLink)
        if (child) child.replaceWith(same)
        else parent.append(same)
      }
      child = same.nextSibling
    }
    while (child) {
      const next: ChildNode | null = child.nextSibling
      child.remove()
      child = next
    }
  }

  function settle(key: string): void {
    for (const { element, node } of waiting.get(key) ?? []) resolve(element, node)
    waiting.delete(key)
  }

  return {
    draw: (parent, nodes) => drawInlines(parent, nodes, false),
    define(label, address) {
      if (addresses.has(label)) return
      addresses.set(label, address)
      settle(label)
    },
    defineNote(label, target) {
      if (notes.has(label)) return
      notes.set(label, target)
      settle(`^${label}`)
    },
  }
}
