/**
 * Whether a regular expression takes time that grows faster than what it reads is asked of the expression, and not of a clock: `scslre` finds
 * what can be read in several ways, and what can begin anew at each character.
 */
import { readdirSync, readFileSync } from 'node:fs'
import scslre from 'scslre'
import ts from 'typescript'
import { expect, it } from 'vitest'

/** What they read is short, or the owner of the site has written it. */
const ADMITTED: readonly (readonly [file: string, text: string, reason: string])[] = [
  ['coze/turn/card-text.ts', '/^(\\s*\\d*)([#+\\-=.)])/gm', 'of a text that was cut'],
  ['embed.ts', '/\\w+:\\/\\/[^\\s)]+(?=:\\d+:\\d)/', 'where this script is'],
  ['options/handoff.ts', '/^(.*)[|｜](.*)$/s', 'an option'],
  ['server/crypto/pem.ts', '/\\\\+r|\\r/g', 'the private key'],
  ['server/crypto/pem.ts', '/\\\\+n/g', 'the private key'],
  ['server/crypto/pem.ts', '/\\\\+\\//g', 'the private key'],
  ['server/crypto/secrets.ts', '/=+$/', 'a secret of the service'],
  ['server/gateway/gateway-options.ts', '/\\/+$/', 'an option of the service'],
  ['server/upstream/assertion/private-key.ts', '/^\\s*Proc-Type:[^\\n]*ENCRYPTED/m', 'the private key'],
  ['server/upstream/upstream-address.ts', '/\\/+$/', 'an option of the service'],
  ['ui/markdown/formula-size.ts', '/<[^>]+>/g', 'markup in which no other < is'],
  ['ui/markdown/formula-size.ts', '/([\\d.]+(?:e\\+\\d+)?)e[mx]/g', 'tags that the library for formulas has made'],
  [
    'ui/markdown/inline/unfinished.ts',
    '/^[\\s>]*(?:[-+*=_#`~|:\\\\[\\]\\s]*|(?:[-+*]|\\d+[.)]?)\\s*(?:[*_`~]+|\\[[ xX]?\\]?)?\\s*)$/',
    'of 200 characters',
  ],
  ['ui/markdown/inline/unfinished.ts', '/(?:[*_~`\\\\]+|<(?:b(?:r ?\\/?)?)?|!?\\[\\^?)$/i', 'of 200 characters'],
  ['widget/api-base.ts', '/\\/+$/', 'an option'],
]

interface Found {
  readonly file: string
  readonly text: string
}

function expressionsOf(file: string): Found[] {
  const source = ts.createSourceFile(file, readFileSync(`src/${file}`, 'utf8'), ts.ScriptTarget.Latest, true)
  const found: Found[] = []
  const visit = (node: ts.Node) => {
    if (ts.isRegularExpressionLiteral(node)) found.push({ file, text: node.text })
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

function isSlow({ text }: Found): boolean {
  const end = text.lastIndexOf('/')
  const { reports } = scslre.analyse({ source: text.slice(1, end), flags: text.slice(end + 1) }, { maxReports: 1 })
  return reports.length > 0
}

it('T46: reads in time that grows with the length alone whatever others send, wherever an expression reads it', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    // The command line is its user's, and the simulator nobody's.
    .filter((name) => /\.tsx?$/.test(name) && !/^(?:cli|simulator)\//.test(name))
  const all = files.flatMap(expressionsOf)
  expect(all.length).toBeGreaterThan(200)
  const slow = all.filter(isSlow).map(({ file, text }) => `${file} ${text}`)
  expect(slow.sort()).toEqual(ADMITTED.map(([file, text]) => `${file} ${text}`).sort())
})
