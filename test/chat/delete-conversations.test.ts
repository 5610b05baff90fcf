import { describe, expect, it } from 'vitest'
import { deleteAllConversations } from '../../src/chat/delete-conversations.ts'
import { CozeChatError } from '../../src/errors.ts'

/** Pages of two; what is deleted makes room for what follows, as at Coze. */
function server(ids: readonly string[], { refuses = [] as readonly string[], gone = [] as readonly string[] } = {}) {
  let stored = [...ids]
  const calls: string[] = []
  return {
    calls,
    get stored() {
      return stored
    },
    async listConversations(_: AbortSignal, page: number) {
      calls.push(`list ${page}`)
      const items = stored.slice((page - 1) * 2, page * 2).map((id) => ({ id, title: '', updatedAt: 0 }))
      return { items, hasMore: stored.length > page * 2 }
    },
    async newestConversation() {
      const [id] = stored
      return id === undefined ? undefined : { id, sectionId: undefined }
    },
    async deleteConversation(_: AbortSignal, id: string) {
      calls.push(`delete ${id}`)
      if (refuses.includes(id)) throw new CozeChatError('permission_denied', 'no')
      if (gone.includes(id)) throw new CozeChatError('conversation_not_found', 'gone')
      stored = stored.filter((other) => other !== id)
    },
  }
}

const { signal } = new AbortController()
const nobody = () => {}

describe('deleting all conversations', () => {
  it('goes on until the list is empty, whatever is on a page by then, and tells how many are gone', async () => {
    const coze = server(['1', '2', '3', '4', '5'])
    const counts: number[] = []
    expect(await deleteAllConversations(coze, signal, ['3'], (count) => counts.push(count))).toBe(0)
    expect(coze.stored).toEqual([])
    expect(counts).toEqual([1, 2, 3, 4, 5])
    expect(coze.calls.filter((call) => call.startsWith('delete')).sort()).toEqual(
      ['1', '2', '3', '4', '5'].map((id) => `delete ${id}`),
    )
  })

  it('is held up by none that is refused, asks for each once, and counts it as left', async () => {
    const coze = server(['1', '2', '3', '4', '5'], { refuses: ['1', '2', '4'] })
    expect(await deleteAllConversations(coze, signal, [], nobody)).toBe(3)
    expect(coze.stored).toEqual(['1', '2', '4'])
    expect(coze.calls.filter((call) => call === 'delete 1')).toHaveLength(1)
  })

  it('takes one that is gone already for deleted, and not one that is refused for another reason', async () => {
    expect(await deleteAllConversations(server([], { gone: ['9'] }), signal, ['9'], nobody)).toBe(0)
    expect(await deleteAllConversations(server(['9'], { refuses: ['9'] }), signal, [], nobody)).toBe(1)
  })

  it('of a chatflow, which lists none, the one on screen goes and the one in which the visitor would be met again', async () => {
    const coze = { ...server(['default']), listConversations: async () => ({ items: [], hasMore: false }) }
    expect(await deleteAllConversations(coze, signal, ['shown'], nobody)).toBe(0)
    expect(coze.calls).toEqual(['delete shown', 'delete default'])
  })

  it('says that nobody knows where the list cannot be read', async () => {
    const coze = { ...server(['1']), listConversations: () => Promise.reject(new CozeChatError('network', 'x')) }
    expect(await deleteAllConversations(coze, signal, [], nobody)).toBe(Number.POSITIVE_INFINITY)
  })

  it('ends with the session: whoever is there then has other conversations', async () => {
    const ending = new AbortController()
    const coze = server(['1', '2'])
    const leave = () => ending.abort(new CozeChatError('aborted', 'left'))
    const deleting = deleteAllConversations(
      { ...coze, deleteConversation: async () => leave() },
      ending.signal,
      [],
      nobody,
    )
    await expect(deleting).rejects.toThrow('left')
  })
})
