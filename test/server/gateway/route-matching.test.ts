import { describe, expect, it } from 'vitest'
import { matchPath, routeNamed } from '../../../src/server/gateway/route-matching.ts'
import { GATEWAY_ROUTES } from '../../../src/server/gateway/routes.ts'

const example = (path: string) => path.replace(/:\w+/g, '7')

describe('the routes of a path', () => {
  it.each(GATEWAY_ROUTES.map(({ name, path }) => [name, path]))(
    '%s is found at its path, and at no longer one',
    (name, path) => {
      const namesAt = (at: string) => matchPath(at).map(({ route }) => route.name)
      const at = example(path)
      expect(namesAt(at)).toContain(name)
      for (const other of [`/x${at}`, `${at}/`, `${at}/x`, at.toUpperCase(), at.replace('/', '//'), at.slice(0, -1)]) {
        expect([other, namesAt(other)]).not.toEqual([other, expect.arrayContaining([name])])
      }
    },
  )

  it('have the ids of the path by their names, as they were written', () => {
    const [found] = matchPath('/v1/conversations/7%2F8/messages/9..;x/feedback')
    expect(found?.params).toEqual({ conversation_id: '7%2F8', message_id: '9..;x' })
    expect(matchPath('/v3/chat').map(({ params }) => params)).toEqual([{}])
    expect(matchPath('/v1/conversations/7/8/messages/9/feedback')).toEqual([])
  })

  it('are found by their names as well, and a name that is none is a defect', () => {
    expect(routeNamed('chat').path).toBe('/v3/chat')
    expect(() => routeNamed('chats')).toThrow(TypeError)
  })
})
