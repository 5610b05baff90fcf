// @vitest-environment happy-dom
import { BroadcastChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openStorage } from '../../src/platform/storage/storage.ts'
import { openTabChannel, type TabChannel, type TabMessage } from '../../src/platform/tab-channel.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { createFakeOrigin, type FakeTab } from '../support/fake-platform.ts'

describe('openTabChannel', () => {
  let tab: FakeTab
  let heard: TabMessage[]
  let channel: TabChannel
  const open = () => {
    tab = createFakeOrigin(createFakeClock()).openTab()
    heard = []
    channel = openTabChannel('tabs', { page: tab.platform.page, openStorage }, (message) => heard.push(message))
  }
  afterEach(() => channel.close())

  describe('over BroadcastChannel', () => {
    let other: BroadcastChannel
    let received: unknown[]
    beforeEach(() => {
      vi.stubGlobal('BroadcastChannel', BroadcastChannel)
      open()
      received = []
      other = new BroadcastChannel('tabs')
      other.onmessage = (event: unknown) => received.push((event as { data: unknown }).data)
    })
    afterEach(() => other.close())

    it('carries messages both ways, and nothing that is no record', async () => {
      channel.post({ type: 'token', access_token: 'x' }, true)
      for (const junk of ['text', 42, null, ['list']]) other.postMessage(junk)
      other.postMessage({ type: 'ended' })
      await vi.waitFor(() => expect([received.length, heard]).toEqual([1, [{ type: 'ended' }]]), 10_000)
    })

    it('F9: is closed while the page lies in the back/forward cache, and open again afterwards', async () => {
      tab.page.signal('left')
      other.postMessage({ missed: true })
      tab.page.signal('restored', 'woke')
      tab.page.signal('restored', 'woke')
      await vi.waitFor(() => {
        other.postMessage({ type: 'ended' })
        expect(heard.length).toBeGreaterThan(0)
      }, 10_000)
      expect(heard).not.toContainEqual({ missed: true })
      channel.close()
      expect(tab.page.listeners).toBe(0)
    })
  })

  describe('F22: without BroadcastChannel', () => {
    beforeEach(() => {
      vi.stubGlobal('BroadcastChannel', undefined)
      localStorage.clear()
      open()
    })
    const storageEvent = (key: string, newValue: string | null) =>
      window.dispatchEvent(Object.assign(new Event('storage'), { key, newValue }))

    it('hears of other tabs by storage events, and shrugs at foreign text', () => {
      storageEvent('tabs', '{"type":"ended"}')
      for (const value of [null, '', 'junk', '[1]', '42', 'null']) storageEvent('tabs', value)
      storageEvent('foreign', '{"type":"ended"}')
      expect(heard).toEqual([{ type: 'ended' }])
    })

    it('writes a message for a moment, and a secret one never', () => {
      const written = vi.spyOn(Storage.prototype, 'setItem')
      channel.post({ type: 'token', access_token: 'czs_secret' }, true)
      expect(written).not.toHaveBeenCalled()
      channel.post({ type: 'ended' })
      expect(written).toHaveBeenCalledWith('tabs', '{"type":"ended"}')
      expect(localStorage.length).toBe(0)
    })
  })
})
