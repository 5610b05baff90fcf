/** What can be told of a drawn chat without a person: nothing moves, nothing is cut, and every box is seen with forced colours. */
import type { Page } from '@playwright/test'

/** Animations and transitions that are running, and whatever has one that would run at its next change. */
export const moving = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const running = (root?.getAnimations() ?? [])
      .filter(({ effect }) => Number(effect?.getComputedTiming().duration) > 0)
      .map((animation) => (animation as CSSAnimation).animationName ?? 'transition')
    const ready = [...(root?.querySelectorAll('*') ?? [])].flatMap((element) =>
      [null, '::before', '::after'].flatMap((pseudo) => {
        const { animationName, transitionDuration } = getComputedStyle(element, pseudo)
        const still = animationName === 'none' && !/[1-9]/.test(transitionDuration)
        return still ? [] : `${element.getAttribute('class')}${pseudo ?? ''}`
      }),
    )
    return [...running, ...ready]
  })

/** What is wider than the place it is in, without an ellipsis or a way to scroll there. */
export const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    return [...(root?.querySelectorAll<HTMLElement>('.panel, .panel *, .pop, .pop *, .launcher') ?? [])]
      .filter((element) => {
        const { overflowX, textOverflow, clipPath, display } = getComputedStyle(element)
        // In a field of one line the caret goes to what is not seen.
        if (!element.checkVisibility() || display === 'inline' || element.closest('svg, input')) return false
        const isCut = element.scrollWidth > element.clientWidth + 1 && /hidden|clip/.test(overflowX)
        return isCut && clipPath === 'none' && textOverflow !== 'ellipsis'
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
  })

/** What can be pushed to the side, or sticks out of the panel. Code, tables, formulas and the files of a draft are made to be pushed. */
export const sideways = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const panel = document.querySelector('coze-chat')?.shadowRoot?.querySelector('.panel')
    if (!panel) return []
    const { left, right } = panel.getBoundingClientRect()
    return [...panel.querySelectorAll<HTMLElement>('*')]
      .filter((element) => {
        if (element.closest('svg, math, pre, .md-scroll, .tray, .hidden, [inert]') || !element.checkVisibility())
          return false
        const { overflowX, display, textOverflow } = getComputedStyle(element)
        const pushed =
          /auto|scroll/.test(overflowX) && display !== 'inline' && element.scrollWidth > element.clientWidth + 1
        const box = element.getBoundingClientRect()
        const isOut = box.width > 0 && textOverflow !== 'ellipsis' && (box.left < left - 1 || box.right > right + 1)
        return pushed || isOut
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`)
  })

/** As far apart as WCAG 1.4.12 wants letters, words and lines to go. */
const TEXT_SPACING =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }'

export async function withTextSpacing<Result>(page: Page, look: () => Promise<Result>): Promise<Result> {
  const style = await page.evaluateHandle((css) => {
    const added = document.createElement('style')
    added.textContent = css
    document.querySelector('coze-chat')?.shadowRoot?.append(added)
    return added
  }, TEXT_SPACING)
  const result = await look()
  await style.evaluate((added) => added.remove())
  return result
}

/**
 * Remembers on the page what is told from its surroundings by a background alone, before and after a pseudo-element too. To be called
 * without forced colours, and followed by {@link unseenBoxes}.
 */
export const rememberBoxes = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const isDrawn = (color: string) => !/^(transparent|.*[,/] ?0\))$/.test(color)
    const backgroundOf = (element: Element | null): string => {
      for (let each = element; each; each = each.parentElement) {
        const { backgroundColor } = getComputedStyle(each)
        if (isDrawn(backgroundColor)) return backgroundColor
      }
      return ''
    }
    const boxes: [Element, string | null][] = []
    for (const element of root?.querySelectorAll('*') ?? []) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue
      // Code within a line and the heads of a table are told by their letters, and a pointer by itself.
      if (element.matches('code, th, :hover')) continue
      for (const pseudo of [null, '::before', '::after']) {
        const { backgroundColor, content } = getComputedStyle(element, pseudo)
        if ((pseudo && content === 'none') || !isDrawn(backgroundColor)) continue
        const around = backgroundOf(pseudo ? element : element.parentElement)
        if (around !== backgroundColor) boxes.push([element, pseudo])
      }
    }
    Object.assign(window, { boxes })
  })

/** With forced colours: which of them have neither a line around them nor a background that differs. */
export const unseenBoxes = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { boxes } = window as unknown as { boxes: [Element, string | null][] }
    return boxes
      .filter(([element, pseudo]) => {
        // What is not in use yet is no boundary of anything.
        if (!element.isConnected || element.closest('[inert]')) return false
        const { borderWidth, outlineStyle, outlineWidth, backgroundColor } = getComputedStyle(element, pseudo)
        const hasLine = /[1-9]/.test(borderWidth)
        const hasOutline = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
        // What is transparent shows what is behind it.
        let around: Element | null = pseudo ? element : element.parentElement
        while (around?.parentElement && / 0\)$/.test(getComputedStyle(around).backgroundColor))
          around = around.parentElement
        const differs = around && getComputedStyle(around).backgroundColor !== backgroundColor
        return !(hasLine || hasOutline || differs)
      })
      .map(([element, pseudo]) => `${element.tagName.toLowerCase()}.${element.getAttribute('class')}${pseudo ?? ''}`)
  })

/** With forced colours: pictures in another colour than the words beside them, and spinners that are a whole ring and so do not turn to the eye. */
export const ownColours = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const root = document.querySelector('coze-chat')?.shadowRoot
    const nameOf = (element: Element) =>
      `${element.tagName}.${element.getAttribute('class')} in ${element.parentElement?.getAttribute('class')}`
    const pictures = [...(root?.querySelectorAll('svg') ?? [])].filter(
      (picture) =>
        picture.parentElement && getComputedStyle(picture).color !== getComputedStyle(picture.parentElement).color,
    )
    const rings = [...(root?.querySelectorAll('*') ?? [])].filter((element) => {
      const { animationName, borderTopWidth, borderTopColor, borderBottomColor } = getComputedStyle(element)
      return animationName.includes('spin') && borderTopWidth !== '0px' && borderTopColor === borderBottomColor
    })
    return [...pictures, ...rings].map(nameOf)
  })
