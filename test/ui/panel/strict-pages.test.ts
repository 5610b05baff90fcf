import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const sources = readdirSync('src/ui', { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path))
const read = (path: string) => readFileSync(`src/ui/${path}`, 'utf8')

it('nothing in the UI writes HTML text, style attributes or code: it lives under Trusted Types and a strict CSP', () => {
  expect(sources.length).toBeGreaterThan(20)
  const forbidden =
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function|setAttribute\(\s*'style'|\bstyle=/
  expect(sources.filter((path) => forbidden.test(read(path)))).toEqual([])
})

it('styles use logical properties, so that they hold from right to left', () => {
  const physical =
    /(?:^|[\s;{])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|text-align:\s*(?:left|right)|float)\s*:/m
  for (const path of readdirSync('src/ui', { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.css'),
  )) {
    expect(read(path), path).not.toMatch(physical)
  }
})
