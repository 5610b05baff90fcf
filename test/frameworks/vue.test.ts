// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type App, createApp, createSSRApp, h, nextTick, ref } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { CozeChat, type CozeChatExposed } from '../../src/frameworks/vue.ts'
import type { ChatWidgetOptions } from '../../src/options/widget-options.ts'

const TAG = { botId: '7300000000000000001', tokenUrl: '/t' }
let app: App | undefined
afterEach(() => {
  app?.unmount()
  app = undefined
  document.body.innerHTML = ''
})

type Given = ChatWidgetOptions & { onOpen?: () => void; onClose?: () => void }

function show(first: Given) {
  const props = ref<Given>(first)
  const exposed = ref<CozeChatExposed>()
  app = createApp({ render: () => h(CozeChat, { ...props.value, ref: exposed }) })
  app.mount(document.body.appendChild(document.createElement('main')))
  const element = document.querySelector('coze-chat')
  if (element === null) throw new Error('There is no chat on the page.')
  return { props, exposed, element }
}

describe('<CozeChat> for Vue', () => {
  it('takes options as props, emits the events, and exposes the handle', async () => {
    const onOpen = vi.fn()
    const { element, exposed } = show({ ...TAG, title: 'Shop', onOpen })
    expect(element.options).toMatchObject({ ...TAG, title: 'Shop' })
    expect(exposed.value?.chat).toBe(element.chat)
    element.chat.open()
    expect(onOpen).toHaveBeenCalledTimes(1)
  })

  it('rendered again with functions and objects of the same meaning changes nothing', async () => {
    const { element, props } = show({ ...TAG, getToken: () => 'a', metaData: { page: 'home' } })
    const setOptions = vi.spyOn(element.chat, 'setOptions')
    props.value = { ...TAG, getToken: () => 'b', metaData: { page: 'home' } }
    await nextTick()
    expect(setOptions).not.toHaveBeenCalled()
    props.value = { ...TAG, title: 'New' }
    await nextTick()
    expect(setOptions).toHaveBeenLastCalledWith(expect.objectContaining({ title: 'New', metaData: undefined }))
  })

  it('unmounted is destroyed', async () => {
    const { element } = show(TAG)
    const { chat } = element
    app?.unmount()
    app = undefined
    await vi.waitFor(() => expect(chat.state.status).toBe('destroyed'))
  })

  it('inline fills the place where it is written, and moves when it is no longer inline', async () => {
    const { element, props } = show({ ...TAG, inline: true })
    expect(element.closest('main > div')).not.toBeNull()
    props.value = TAG
    await nextTick()
    await nextTick()
    const moved = document.querySelectorAll('coze-chat')
    expect(moved).toHaveLength(1)
    expect(moved[0]?.parentElement).toBe(document.body)
  })

  it('on a server renders nothing, or its empty place', async () => {
    const render = (options: ChatWidgetOptions) => renderToString(createSSRApp({ render: () => h(CozeChat, options) }))
    expect(await render(TAG)).toBe('<!---->')
    expect(await render({ ...TAG, inline: true })).toBe('<div></div>')
  })
})
