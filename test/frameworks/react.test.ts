// @vitest-environment happy-dom
import { act, createElement, createRef, StrictMode } from 'react'
import { createRoot, type Root } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ChatWidget } from '../../src/element/chat-widget.ts'
import { CozeChat, type CozeChatProps } from '../../src/frameworks/react.ts'

const TAG = { botId: '7300000000000000001', tokenUrl: '/t' }
let root: Root | undefined

beforeAll(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true })
})
afterEach(async () => {
  await act(async () => root?.unmount())
  root = undefined
  document.body.innerHTML = ''
})

async function show(props: CozeChatProps, ref = createRef<ChatWidget>(), strict = false) {
  if (root === undefined) root = createRoot(document.body.appendChild(document.createElement('main')))
  const chat = createElement(CozeChat, { ...props, ref })
  await act(async () => root?.render(strict ? createElement(StrictMode, null, chat) : chat))
  const element = document.querySelector('coze-chat')
  if (element === null) throw new Error('There is no chat on the page.')
  return { element, ref }
}

describe('<CozeChat> for React', () => {
  it('takes options and listeners as props, and its ref is the handle', async () => {
    const onOpen = vi.fn()
    const { element, ref } = await show({ ...TAG, title: 'Shop', onOpen })
    expect(element.options).toMatchObject({ ...TAG, title: 'Shop' })
    expect(element.options).not.toHaveProperty('onOpen')
    expect(ref.current).toBe(element.chat)
    await act(async () => ref.current?.open())
    expect(onOpen).toHaveBeenCalledTimes(1)
  })

  it('rendered again with functions and objects of the same meaning changes nothing', async () => {
    const { element } = await show({ ...TAG, getToken: () => 'a', metaData: { page: 'home' } })
    const setOptions = vi.spyOn(element.chat, 'setOptions')
    const newest = vi.fn()
    await show({ ...TAG, getToken: () => 'b', metaData: { page: 'home' }, onClose: newest })
    expect(setOptions).not.toHaveBeenCalled()
    await act(async () => {
      element.chat.open()
      element.chat.close()
    })
    expect(newest).toHaveBeenCalledTimes(1)
    await show({ ...TAG, title: 'New' })
    expect(setOptions).toHaveBeenLastCalledWith(expect.objectContaining({ title: 'New', metaData: undefined }))
  })

  it('in strict mode is one chat that lives, and unmounted it is destroyed', async () => {
    const { ref } = await show(TAG, createRef<ChatWidget>(), true)
    const chat = ref.current
    expect(chat?.state.status).toBe('idle')
    await act(async () => root?.unmount())
    await vi.waitFor(() => expect(chat?.state.status).toBe('destroyed'))
    root = undefined
  })

  it('inline fills the place where it is written, and moves when it is no longer inline', async () => {
    const { element } = await show({ ...TAG, inline: true, className: 'corner' })
    expect(element.closest('main > div.corner')).not.toBeNull()
    const moved = await show(TAG)
    expect(document.querySelectorAll('coze-chat')).toHaveLength(1)
    expect(moved.element.parentElement).toBe(document.body)
  })

  it('on a server renders nothing, or its empty place', () => {
    expect(renderToString(createElement(CozeChat, { ...TAG, onOpen: () => {} }))).toBe('')
    expect(renderToString(createElement(CozeChat, { ...TAG, inline: true }))).toBe('<div></div>')
  })
})
