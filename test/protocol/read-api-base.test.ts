import { expect, it } from 'vitest'
import { readApiBase } from '../../src/protocol/read-api-base.ts'

const HERE = 'https://chat.example/api/coze/token'

it.each([
  ['https://api.coze.com', HERE, 'https://api.coze.com/'],
  ['https://api.coze.com/', HERE, 'https://api.coze.com/'],
  ['HTTPS://Proxy.Example:8443/coze//', HERE, 'https://proxy.example:8443/coze//'],
  ['http://127.0.0.1:8788', HERE, 'http://127.0.0.1:8788/'],
  ['http://localhost:8788', HERE, 'http://localhost:8788/'],
  // Beside the endpoint, below whatever path a proxy has put it.
  ['.', HERE, 'https://chat.example/api/coze/'],
  ['.', 'https://shop.example/help/chat/token', 'https://shop.example/help/chat/'],
  ['./', 'https://chat.example/token', 'https://chat.example/'],
  ['/gateway', HERE, 'https://chat.example/gateway'],
  ['//api.coze.com', HERE, 'https://api.coze.com/'],
  // A phone that tries a page of the developer's machine.
  ['.', 'http://192.168.1.5:8787/api/coze/token', 'http://192.168.1.5:8787/api/coze/'],
])('T44: %s, said by %s, is %s', (value, endpoint, base) => {
  expect(readApiBase(value, endpoint)).toBe(base)
})

it.each<[string | undefined, string | undefined]>([
  [undefined, HERE],
  ['ftp://api.coze.com', HERE],
  ['', HERE],
  ['api.coze.com', HERE],
  ['javascript:alert(1)', HERE],
  ['data:text/plain,', HERE],
  ['https://', HERE],
  ['.', undefined],
  ['.', 'no address'],
])('T44: %o, said by %s, counts as not said', (value, endpoint) => {
  expect(readApiBase(value, endpoint)).toBeUndefined()
})
