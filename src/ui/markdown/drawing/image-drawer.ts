/** The pictures of an answer: those that may be loaded at once, those that wait for a click, and those that cannot be shown. */
import { fileNameOf } from '../../../platform/addresses/file-name.ts'
import { type InlineNode, plainText } from '../inline/inline-nodes.ts'
import type { MarkdownViewOptions } from '../markdown-view-options.ts'
import type { CreateButton } from './element-maker.ts'
import { imageUrl } from './safe-url.ts'

/** @param inLink it cannot be pressed by itself */
export type CreateImage = (node: InlineNode, inLink: boolean) => HTMLElement

export function createImageDrawer(
  { document, strings, imageAllowed, onImage }: MarkdownViewOptions,
  createButton: CreateButton,
): CreateImage {
  function createPicture(url: URL, alt: string): HTMLImageElement {
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
    return image
  }

  function show(url: URL, alt: string, inLink: boolean): HTMLElement {
    const image = createPicture(url, alt)
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

  return (node, inLink) => {
    const alt = plainText(node.kids)
    const url = imageUrl(node.to)
    if (url && imageAllowed(url)) return show(url, alt, inLink)
    const slot = document.createElement('span')
    if (!url) {
      slot.textContent = alt
      return slot
    }
    const button = createButton('md-image-wait', strings.imageFrom(url.host), () =>
      slot.replaceChildren(show(url, alt, inLink)),
    )
    if (alt) button.title = alt
    slot.append(button)
    return slot
  }
}

/** In place of a picture that the browser cannot show: the node around it stays, because what follows is drawn after it. */
function nameInstead(image: HTMLImageElement, name: string): void {
  const button = image.closest<HTMLElement>('.md-zoom')
  if (button) {
    button.className = 'md-image-failed'
    button.replaceChildren(name)
  } else image.alt = name
}
