import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const docs = new URL('../docs/', import.meta.url)
const features = readFileSync(new URL('features.md', docs), 'utf8')
const rows = features
  .split('\n')
  .filter((line) => line.startsWith('| ') && !/^\| (\*\*|\|)/.test(line))
  .map((line) => line.split(' | '))

describe('docs/features.md', () => {
  it('says of each feature where its test is, and the test is there', () => {
    expect(rows.length).toBeGreaterThan(35)
    for (const [feature = '', , , ours = ''] of rows) {
      const links = [...ours.matchAll(/\]\((\S+) "([^"]+)"\)/g)]
      expect(links, feature).not.toEqual([])
      for (const [, path = '', title = ''] of links) {
        const file = fileURLToPath(new URL(path, docs))
        expect(existsSync(file), `${feature}: ${path}`).toBe(true)
        expect(readFileSync(file, 'utf8').replaceAll("\\'", "'"), `${feature}: ${path}`).toContain(title)
      }
    }
  })
})
