/**
 * Leaves in `dist/types/` only the declarations that an entry of package.json reaches. Those of our insides would be three quarters of them,
 * and would name packages that are not installed with this one.
 */
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const IMPORTS = /(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g

/** The declarations that an entry reaches, and the packages that they name. Paths are relative to the folder of package.json. */
export function reachedBy(entry) {
  const files = new Set()
  const packages = new Set()
  const visit = (file) => {
    if (files.has(file)) return
    files.add(file)
    const text = readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    for (const [, target = ''] of text.matchAll(IMPORTS)) {
      if (target.startsWith('.')) visit(join(dirname(file), target.replace(/\.(?:tsx?|js)$/, '.d.ts')))
      else packages.add(target)
    }
  }
  visit(entry)
  return { files, packages }
}

export function typesOfEntries() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return Object.values(exports).flatMap(({ types }) => (types === undefined ? [] : [types.replace('./', '')]))
}

function removeAllBut(kept, folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) removeAllBut(kept, path)
    else if (!kept.has(path)) rmSync(join(root, path))
  }
  if (readdirSync(join(root, folder)).length === 0) rmdirSync(join(root, folder))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  removeAllBut(new Set(typesOfEntries().flatMap((entry) => [...reachedBy(entry).files])), 'dist/types')
}
