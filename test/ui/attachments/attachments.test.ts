// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest'
import type { Attachment } from '../../../src/chat/chat-state.ts'
import { userMessage } from '../../support/fake-chat-store.ts'
import { closeTestPanels, openTestPanel, ready } from '../../support/test-panel.ts'

afterEach(async () => {
  await closeTestPanels()
  vi.restoreAllMocks()
})

const picture = (url: string, name: string): Attachment => ({
  kind: 'image',
  name,
  sizeBytes: 1,
  mimeType: undefined,
  url,
  fileId: undefined,
})
const fail = (image: Element | null) => image?.dispatchEvent(new Event('error'))

it.each(['photo.heic', 'scan.tiff', 'broken.png'])(
  'F105: a picture that the browser cannot show is an icon and a name that leads to the file: %s',
  async (name) => {
    const url = `https://files.coze.cn/${name}`
    const attachments = [picture(url, name), picture('https://files.coze.cn/fine.png', 'fine.png')]
    const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'u', attachments })] })
    const link = panel.find<HTMLAnchorElement>(`[href="${url}"]`)
    expect(link.querySelector('img')?.src).toBe(url)
    fail(link.querySelector('img'))
    await panel.settle()
    expect([link.className, link.textContent, link.getAttribute('aria-label')]).toEqual(['file', name, null])
    expect(link.querySelectorAll('img, .icon').length).toBe(1)
    expect(link.querySelector('.icon')).not.toBeNull()
    expect([...panel.root.querySelectorAll<HTMLImageElement>('.picture img')].map(({ alt }) => alt)).toEqual([
      'fine.png',
    ])
    const leaves = vi.fn((event: Event) => {
      expect(event.defaultPrevented).toBe(false)
      // There is nowhere to go to.
      event.preventDefault()
    })
    link.addEventListener('click', leaves)
    link.click()
    expect(leaves).toHaveBeenCalledTimes(1)
  },
)

it.each([
  ['photo\u202egpj.exe', 'photogpj.exe'],
  ['photo\u2067gpj\u2069.exe', 'photogpj.exe'],
  ['invoice.pdf\n\u2028\r\u0085.exe', 'invoice.pdf.exe'],
])('T45: nothing in the name of a file hides what its ending is: %j', async (name, shown) => {
  const attachments: Attachment[] = [{ ...picture('https://evil.example/1', name), kind: 'file' }]
  const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'u', attachments })] })
  const label = panel.find<HTMLElement>('.file-name')
  expect([label.textContent, label.title]).toEqual([shown, shown])
})

it.each([
  ['https://bank.example/letter.pdf', 'https://evil.example/1', '(evil.example)'],
  ['www.shop.example.pdf', 'blob:https://shop.example/1', ''],
  ['letter.pdf', 'https://evil.example/1', ''],
])(
  'T45: a file whose name says another address than it lies at has its own beside it: %j at %s',
  async (name, url, said) => {
    const attachments: Attachment[] = [{ ...picture(url, name), kind: 'file' }]
    const panel = await openTestPanel({ ...ready, messages: [userMessage({ key: 'u', attachments })] })
    expect(panel.find('.attachments').textContent).toBe(name + said)
  },
)

it.each([
  ['photo.heic', 'image/heic'],
  ['scan.tiff', 'image/tiff'],
])('F105: beside the field it is an icon and a name too: %s', async (name, type) => {
  vi.spyOn(URL, 'createObjectURL').mockReturnValue('blob:preview')
  vi.spyOn(URL, 'revokeObjectURL').mockReturnValue()
  const panel = await openTestPanel()
  panel.store.answer('upload', () => new Promise(() => {}))
  const paste = new Event('paste', { bubbles: true, cancelable: true })
  const files = [new File(['x'], name, { type })]
  Object.defineProperty(paste, 'clipboardData', { value: { files, getData: () => '' } })
  panel.find('textarea').dispatchEvent(paste)
  await panel.settle()
  expect(panel.find<HTMLImageElement>('.tray img').src).toBe('blob:preview')
  fail(panel.find('.tray img'))
  await panel.settle()
  expect(panel.root.querySelector('.tray img')).toBeNull()
  expect(panel.root.querySelector('.tray li > .icon')).not.toBeNull()
  expect(panel.find('.tray').textContent).toContain(name)
})
