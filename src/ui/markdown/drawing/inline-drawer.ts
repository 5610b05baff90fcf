/** Draws what is inside a paragraph, heading or cell: links, pictures, marks of footnotes, emphasis. */
import { asSeen } from '../../../platform/addresses/address-words.ts'
import { type Inline, type InlineNode, plainText } from '../inline/inline-nodes.ts'
import type { MarkdownViewOptions } from '../markdown-view-options.ts'
import type { CreateButton } from './element-maker.ts'
import { createImageDrawer } from './image-drawer.ts'
import { createNoteReferences } from './note-references.ts'
import { linkUrl } from './safe-url.ts'

export interface InlineDrawer {
  /**
   * Draws `nodes` into `parent`, behind its child `after`; what is the same already stays.
   * @param isLast nothing comes behind them
   * @param inLong the paragraph is so long that no text in it is changed in place
   * @returns the last one that was drawn; `after` where there was none
   */
  draw(
    parent: Element,
    nodes: readonly Inline[],
    after: ChildNode | undefined,
    isLast: boolean,
    inLong: boolean,
  ): ChildNode | undefined
  /** Tells where a footnote is: its marks that were drawn before lead there. */
  defineNote(label: string, target: HTMLElement): void
}

/** An address among words, to its end; in the first group its host without `www.`. */
const ADDRESS = /(?:https?:\/\/|\bwww\.)+([^\s/?#:\\]*)\S*/g
const TAGS = { em: 'em', strong: 'strong', del: 'del', code: 'code', math: 'span', br: 'br' } as const

/** Two nodes of one signature differ at most in their children, and those can be drawn in place. */
function signatureOf(node: InlineNode): string {
  return node.type === 'image' ? JSON.stringify(node) : `${node.type} ${node.to}`
}

/** Where a link leads whose words say that it leads to another site, or turn their direction; otherwise nothing (T45). */
function trueHost({ hostname, host, href }: HTMLAnchorElement, kids: readonly Inline[]): string {
  const words = plainText(kids, ' ')
  const isTrue = [...asSeen(words).toLowerCase().matchAll(ADDRESS)].every(([, said]) =>
    `.${hostname}`.endsWith(`.${said}`),
  )
  return isTrue && !words.includes('\u202e') ? '' : host || href
}

export function createInlineDrawer(options: MarkdownViewOptions, createButton: CreateButton): InlineDrawer {
  const { document } = options
  const signatures = new WeakMap<Node, string>()
  const notes = createNoteReferences(options, createButton)
  const createImage = createImageDrawer(options, createButton)
  /** See `draw`: of what is drawn now. */
  let keepsTexts = false

  function createLink(address: string): HTMLElement {
    const url = linkUrl(address)
    if (!url) return document.createElement('span')
    const link = document.createElement('a')
    link.href = url.href
    link.target = '_blank'
    link.rel = 'noopener noreferrer nofollow ugc'
    return link
  }

  function create(node: InlineNode, inLink: boolean): HTMLElement {
    const { type } = node
    if (type === 'image') return createImage(node, inLink)
    if (type === 'link' || type === 'note') {
      // Nothing inside a link may be a link.
      if (inLink) return document.createElement('span')
      return type === 'link' ? createLink(node.to) : notes.create(node.to)
    }
    const element = document.createElement(TAGS[type])
    if (type === 'math') element.className = 'md-math'
    return element
  }

  function drawContent(element: HTMLElement, node: InlineNode, inLink: boolean): void {
    const { type, kids, to } = node
    const isLink = element.tagName === 'A'
    if (type === 'note' && inLink) element.textContent = `[^${to}]`
    else if (type !== 'image' && type !== 'note') drawAll(element, kids, inLink || isLink)
    const host = isLink && trueHost(element as HTMLAnchorElement, kids)
    if (host) element.append(Object.assign(document.createElement('bdi'), { textContent: ` (${host})` }))
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

  /**
   * Changes the end of a text in place where it can: selections and layout before it stay. For each such change Chromium reads all of the
   * paragraph again, at once; for a new node it does so once a frame.
   */
  function drawString(child: ChildNode | null, text: string): ChildNode | undefined {
    if (child?.nodeType !== 3) return undefined
    const node = child as Text
    const { data } = node
    if (text === data) return node
    if (keepsTexts) return undefined
    const kept = text.startsWith(data) ? data.length : data.startsWith(text) ? text.length : 0
    node.replaceData(kept, data.length - kept, text.slice(kept))
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
    draw(parent, nodes, after, isLast, inLong) {
      keepsTexts = inLong
      const last = drawBehind(parent, nodes, false, after)
      if (isLast) dropBehind(parent, last)
      return last
    },
    defineNote: notes.define,
  }
}
