// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { launcherWords } from '../../../src/ui/strings/launcher-words.ts'
import { OTHER_LANGUAGES } from '../../../src/ui/strings/match-language.ts'
import {
  AGENT,
  clearPage,
  createFakeWidget,
  launcherOf,
  placeElement,
  serveLauncherExtras,
  serveWidget,
  settle,
  watchConsole,
} from '../support.ts'

const load = vi.fn(() => import('../../../src/element/launcher/launcher-extras.ts'))
let widget = createFakeWidget()

beforeEach(() => {
  widget = createFakeWidget()
  serveWidget(async () => widget.module)
  load.mockClear()
  serveLauncherExtras(load)
})

afterEach(() => {
  clearPage()
  sessionStorage.clear()
  localStorage.clear()
  document.title = ''
})

/** As soon as it holds, however busy the machine is. */
const soon = (check: () => void) => vi.waitFor(check, 10_000)

/** The extras come when the page is idle. */
const idle = async () => {
  await soon(() => expect(load).toHaveBeenCalled())
  await Promise.allSettled(load.mock.results.map(({ value }) => value))
  await settle()
}

/** Where a teaser is drawn, from the moment the extras have come. */
const placesOf = (element: Element) => element.shadowRoot?.querySelectorAll('[role=status]').length

const teaserOf = (element: Element) => element.shadowRoot?.querySelector('[part=teaser]')

describe('the file of the extras', () => {
  it('is not loaded for a page that asks for none of them', async () => {
    placeElement({ ...AGENT, launcher: true, teaserDelaySeconds: 0 })
    await settle()
    await settle()
    expect(load).not.toHaveBeenCalled()
  })

  it('is loaded once, also when an option asks for it later', async () => {
    const { chat } = placeElement()
    chat.setOptions({ shortcut: 'Alt+C' })
    chat.setOptions({ titleBadge: true })
    await idle()
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('that does not come is said to the owner, and the launcher opens all the same', async () => {
    const { errors } = watchConsole()
    load.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    const element = placeElement({ ...AGENT, movable: true })
    await idle()
    expect(String(errors.mock.calls[0]?.[0])).toContain('launcher-extras-….js did not load')
    launcherOf(element).click()
    expect(element.chat.state.open).toBe(true)
  })

  it('that does not come is said once, however often options change, and those of now decide about the launcher', async () => {
    watchConsole()
    load.mockRejectedValueOnce(new TypeError('Failed to fetch'))
    const element = placeElement({ ...AGENT, hideOn: '/shoes' })
    const seen: boolean[] = []
    element.chat.on('error', () => seen.push(!launcherOf(element).hidden))
    element.chat.setOptions({ launcher: false })
    await idle()
    expect(seen).toEqual([false])
    element.chat.setOptions({ launcher: true })
    await settle()
    expect(launcherOf(element).hidden).toBe(false)
    expect(seen).toEqual([false])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('F13: that comes after destroy() does nothing', async () => {
    const element = placeElement({ ...AGENT, teaser: 'Hi', teaserDelaySeconds: 0, movable: true })
    element.chat.destroy()
    await idle()
    expect(element.shadowRoot?.childElementCount).toBe(0)
    expect([...element.attributes].map(({ name }) => name)).toEqual(['style'])
  })
})

describe('a page that takes the element out and puts it back while the file is on its way', () => {
  it('gets the extras once', async () => {
    const element = placeElement({ ...AGENT, teaser: 'Hi', teaserDelaySeconds: 0 })
    element.remove()
    await settle()
    document.body.append(element)
    await soon(() => expect(load).toHaveBeenCalledTimes(2))
    await soon(() => expect(teaserOf(element)?.textContent).toBe('Hi'))
    expect(placesOf(element)).toBe(1)
  })
})

describe('teaser', () => {
  it('does not come to a visitor who has opened the chat meanwhile', async () => {
    const element = placeElement({ ...AGENT, teaser: 'Hi', teaserDelaySeconds: 0.02 })
    await soon(() => expect(placesOf(element)).toBe(1))
    element.chat.open()
    const later = placeElement({ ...AGENT, botId: 'another', teaser: 'Hello', teaserDelaySeconds: 0.02 })
    await soon(() => expect(teaserOf(later)?.textContent).toBe('Hello'))
    expect(teaserOf(element)).toBeNull()
  })

  it('goes when its words are taken away', async () => {
    const element = placeElement({ ...AGENT, teaser: 'Hi', teaserDelaySeconds: 0 })
    await soon(() => expect(teaserOf(element)?.textContent).toBe('Hi'))
    element.chat.setOptions({ teaser: '' })
    await settle()
    expect(teaserOf(element)).toBeNull()
  })
})

describe('title', () => {
  const answer = () => widget.cores[0]?.host.emit('message', { role: 'assistant', text: 'A' })
  const hide = (hidden: boolean) => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(hidden)
    document.dispatchEvent(new Event('visibilitychange'))
  }

  async function openChat(titleBadge: boolean) {
    document.title = 'Shop'
    const { chat } = placeElement({ ...AGENT, titleBadge, shortcut: 'Alt+C' })
    await idle()
    chat.open()
    await settle()
    return chat
  }

  it('counts what was answered while the visitor was in another tab, until he is back', async () => {
    await openChat(true)
    answer()
    expect(document.title).toBe('Shop')
    hide(true)
    answer()
    answer()
    expect(document.title).toBe('(2) Shop')
    hide(false)
    expect(document.title).toBe('Shop')
  })

  it('keeps a title that the page has written meanwhile, also one with a number of its own', async () => {
    await openChat(true)
    hide(true)
    answer()
    document.title = 'Inbox'
    answer()
    expect(document.title).toBe('(2) Inbox')
    document.title = '(5) Inbox'
    hide(false)
    expect(document.title).toBe('(5) Inbox')
  })

  it("is the page's own again after destroy(), and untouched without the option", async () => {
    const chat = await openChat(true)
    hide(true)
    answer()
    chat.destroy()
    expect(document.title).toBe('Shop')
    clearPage()
    load.mockClear()
    widget.cores.length = 0
    await openChat(false)
    hide(true)
    answer()
    expect(document.title).toBe('Shop')
  })
})

describe('shortcut', () => {
  it('is told to assistive technology; one that would type is refused with the cure', async () => {
    const { warnings } = watchConsole()
    const element = placeElement({ ...AGENT, shortcut: 'Alt+C' })
    await idle()
    expect(launcherOf(element).getAttribute('aria-keyshortcuts')).toBe('Alt+C')
    element.chat.setOptions({ shortcut: 'C' })
    await settle()
    expect(launcherOf(element).hasAttribute('aria-keyshortcuts')).toBe(false)
    expect(String(warnings.mock.calls[0]?.[0])).toContain('Write it like Alt+Shift+C')
  })
})

describe('the words of the launcher', () => {
  it.each(['en', ...OTHER_LANGUAGES])('speaks %s', (lang) => {
    const words = launcherWords(lang)
    expect(Object.keys(words)).toEqual(Object.keys(launcherWords('en')))
    expect(words.dismiss === 'Dismiss').toBe(lang === 'en')
  })

  it('says what the owner says instead', () => {
    // As the panel matches its words: pages write an underscore too.
    expect(launcherWords('zh_TW').higher).toBe('上移')
    expect(launcherWords('pt_BR').dismiss).toBe('Dispensar')
    expect(launcherWords('zh-HK', { 'launcher.dismiss': 'Weg' })).toMatchObject({ dismiss: 'Weg', higher: '上移' })
  })
})

describe('keepOpen', () => {
  const KEPT = { ...AGENT, keepOpen: true }
  /** As the browser does when the visitor goes on to another page of the site. */
  const nextPage = (options: object = KEPT) => {
    clearPage()
    load.mockClear()
    return placeElement({ ...AGENT, ...options })
  }

  it('opens the chats that were open on the page before, each by its agent, and no other', async () => {
    const element = placeElement(KEPT)
    const other = placeElement({ ...KEPT, botId: 'another' })
    await idle()
    element.chat.open()
    other.chat.open()
    other.chat.close()
    const again = nextPage()
    const otherAgain = placeElement({ ...KEPT, botId: 'another' })
    await idle()
    expect([again.chat.state.open, otherAgain.chat.state.open]).toEqual([true, false])
  })

  it('knows of a chat that was opened before the file of the extras had come', async () => {
    placeElement(KEPT).chat.open()
    await idle()
    const again = nextPage()
    await idle()
    expect(again.chat.state.open).toBe(true)
  })

  it('leaves the focus where the visitor has it by now', async () => {
    placeElement(KEPT).chat.open()
    await idle()
    const again = nextPage()
    const search = document.body.appendChild(document.createElement('input'))
    search.focus()
    await idle()
    expect(again.chat.state.open).toBe(true)
    expect(document.activeElement).toBe(search)
  })

  it('keeps a phone’s page free, and remembers nothing where it is not asked for', async () => {
    placeElement(KEPT).chat.open()
    await idle()
    const small = vi.spyOn(window, 'matchMedia').mockImplementation((query) => {
      return Object.assign(new EventTarget(), { media: query, matches: query.includes('max-') }) as MediaQueryList
    })
    const onPhone = nextPage()
    await idle()
    expect(onPhone.chat.state.open).toBe(false)
    small.mockRestore()
    sessionStorage.clear()
    nextPage({ titleBadge: true }).chat.open()
    await idle()
    expect(sessionStorage.getItem('coze_chat_open')).toBeNull()
  })
})
