#!/usr/bin/env node
/**
 * Writes what is made from the table of options (`src/options/option-table.ts`) and from the words of errors: run it after a change there.
 *
 *   node scripts/generate.mjs
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const load = async (name) =>
  (await runnerImport(`${root}scripts/${name}.ts`, { configFile: false, logLevel: 'error' })).module
const { generatedFiles } = await load('option-reference')
const { guideFiles } = await load('guide-tables')
const read = (path) => readFileSync(root + path, 'utf8')
const table = read('src/options/option-table.ts')

function write(path, text) {
  if (readFileSync(root + path, { encoding: 'utf8', flag: 'a+' }) === text) return
  writeFileSync(root + path, text)
  console.log(`${path} written`)
}

for (const [path, text] of Object.entries({ ...generatedFiles(table, read), ...guideFiles(read) })) write(path, text)
