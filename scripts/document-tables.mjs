#!/usr/bin/env node
/**
 * Writes the parts of the documents that are made from code and data. They stand between `<!-- generated: name -->` and
 * `<!-- end of name -->`; what is around them is written by hand.
 *
 *   node scripts/document-tables.mjs            writes them
 *   node scripts/document-tables.mjs --check    exit code 1 when one of them is not up to date
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { FOLDERS, LAYERS } from '../.dependency-cruiser.mjs'
import { idsOf } from './threat-ids.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const threats = JSON.parse(readFileSync(join(root, 'test/threats.json'), 'utf8'))

const SECTIONS = [
  { document: 'docs/architecture.md', name: 'imports', text: importTable },
  { document: 'docs/architecture.md', name: 'layers', text: layerTable },
  { document: 'docs/threats.md', name: 'threats', text: () => threatTable('T1', 'T46') },
  { document: 'docs/threats.md', name: 'faults of time and page life', text: () => threatTable('F1', 'F14') },
  { document: 'docs/threats.md', name: 'faults of session and tabs', text: () => threatTable('F15', 'F26') },
  { document: 'docs/threats.md', name: 'faults of the token endpoint', text: () => threatTable('F27', 'F38') },
  { document: 'docs/threats.md', name: 'faults of the stream', text: () => threatTable('F39', 'F47') },
  { document: 'docs/threats.md', name: 'faults of embedding', text: () => threatTable('F48', 'F54') },
  { document: 'docs/threats.md', name: 'faults of the server', text: () => threatTable('F55', 'F80') },
  { document: 'docs/threats.md', name: 'faults that the field found', text: () => threatTable('F81', 'F119') },
]

const check = process.argv.includes('--check')
const stale = []
for (const document of new Set(SECTIONS.map((section) => section.document))) {
  const path = join(root, document)
  const before = readFileSync(path, 'utf8')
  let after = before
  for (const { name, text } of SECTIONS.filter((section) => section.document === document)) {
    after = replaceSection(after, document, name, text())
  }
  if (after === before) continue
  stale.push(document)
  if (!check) writeFileSync(path, after)
}
if (stale.length > 0) {
  console.log(check ? `Not up to date: ${stale.join(', ')}. Run "npm run generate".` : `Written: ${stale.join(', ')}.`)
  if (check) process.exitCode = 1
}

function replaceSection(text, document, name, section) {
  const [start, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(start), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${document} has no section "${start}" … "${end}".`)
  return `${text.slice(0, from + start.length)}\n\n${section}\n\n${text.slice(to)}`
}

function importTable() {
  const code = (name) => `\`${name}\``
  const rows = Object.entries(FOLDERS).map(([folder, { imports, types = [] }]) => {
    const names = [...imports.map(code), ...types.map((name) => `${code(name)} (types)`)]
    return `| ${code(folder)} | ${names.join(', ') || 'nothing'} |`
  })
  return ['| folder of `src/` | may import |', '|---|---|', ...rows].join('\n')
}

function layerTable() {
  const rows = Object.entries(LAYERS).map(
    ([folder, layers]) => `| \`${folder}\` | ${layers.map((names) => names.join(', ')).join(' ← ')} |`,
  )
  return ['| folder | layers, the lowest first |', '|---|---|', ...rows].join('\n')
}

function threatTable(first, last) {
  const position = (id) => threats.findIndex((threat) => threat.id === id)
  const rows = threats.slice(position(first), position(last) + 1).map(({ id, title, held }) => {
    const files = [...(testsOf().get(id) ?? [])].sort()
    const links = files.map((file) => `[${shortName(file)}](${relative('docs', file)})`)
    return `| ${id} | ${title} | ${held} | ${links.join(', ')} |`
  })
  return ['| | what goes wrong | what holds | tests |', '|---|---|---|---|', ...rows].join('\n')
}

/** `test/browser/shop.spec.ts` → `browser/shop`. */
function shortName(file) {
  return file.replace(/^test\//, '').replace(/\.(test|spec)\.tsx?$/, '')
}

/** Which files have a test that bears an id: `{ F21: ['test/visitor/…'] }`. Names are read from the sources. */
function testsOf() {
  testsOf.found ??= findTests()
  return testsOf.found
}

function findTests() {
  const found = new Map()
  const files = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .map((file) => `test/${file.replaceAll('\\', '/')}`)
    .filter((file) => /\.(test|spec)\.tsx?$/.test(file) && !file.startsWith('test/scripts/'))
  for (const file of files) {
    // A text that begins with ids and a colon is the name of a test.
    const names = /(['"`])([TF]\d[TF\d\s,/&]*(?:and [TF]\d+)?:[^\n]*?)\1/g
    for (const [, , name = ''] of readFileSync(join(root, file), 'utf8').matchAll(names)) {
      for (const id of idsOf(name)) found.set(id, (found.get(id) ?? new Set()).add(file))
    }
  }
  return found
}
