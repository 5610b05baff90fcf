import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const SOURCE = 'export const limit = (n: number) => Math.min(n, 10)\nexport const unheld = 1\n'
const TEST = `
import { expect, it } from 'vitest'
import { limit } from '../src/limit.ts'
it('F4: a limit holds', () => expect(limit(11)).toBe(10))
`
let tree = ''

const mutation = (id: string, find: string, replace: string, tests = ['test/limit.test.ts']) => ({
  id,
  defends: ['F4'],
  file: 'src/limit.ts',
  find,
  replace,
  tests,
})

function write(path: string, content: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true })
  writeFileSync(join(tree, path), content)
}

function check(mutations: readonly object[], ...args: string[]): { code: number | null; out: string; err: string } {
  write('test/mutations/all.json', JSON.stringify(mutations))
  const script = join(root, 'scripts', 'mutations.mjs')
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--tree', tree, ...args], {
    encoding: 'utf8',
  })
  return { code: status, out: stdout, err: stderr }
}

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'mutations-test-'))
  spawnSync('git', ['init', '-q'], { cwd: tree })
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'dir')
  write('.gitignore', 'node_modules\n')
  write('package.json', '{ "type": "module" }')
  write('src/limit.ts', SOURCE)
  write('test/limit.test.ts', TEST)
  write('test/red.test.ts', "import { it } from 'vitest'\nit('is red', () => { throw new Error() })\n")
  write('test/threats.json', '[{ "id": "F4" }]')
})

afterAll(() => rmSync(tree, { recursive: true, force: true }))

describe('the mutation check', () => {
  it('counts a defence whose loss a test notices, names the test, and leaves the tree as it was', () => {
    const { code, out } = check([mutation('limit', 'Math.min(n, 10)', 'n')])
    expect(out).toMatch(/✓ limit +red +F4: a limit holds\n/)
    expect(out).toContain('1 of 1 turned red')
    expect(code).toBe(0)
    expect(readFileSync(join(tree, 'src/limit.ts'), 'utf8')).toBe(SOURCE)
  })

  it('names those that fit nowhere or twice or lack a file, and then runs no test', () => {
    const { code, out, err } = check([
      mutation('rotten', 'Math.max', 'Math.min'),
      mutation('twice', 'export const', 'const'),
      mutation('testless', 'Math.min(n, 10)', 'n', ['test/gone.test.ts']),
      mutation('limit', 'Math.min(n, 10)', 'n'),
    ])
    expect(err).toContain('rotten: its text occurs 0 times')
    expect(err).toContain('twice: its text occurs 2 times')
    expect(err).toContain('testless: there is no test/gone.test.ts')
    expect(err).toContain('3 of 4 no longer fit')
    expect(out).toBe('')
    expect(code).toBe(1)
  })

  it('only looks whether all fit when asked to', () => {
    const { code, out } = check([mutation('limit', 'Math.min(n, 10)', 'n')], '--dry-run')
    expect(out).toBe('1 of 1 fit\n')
    expect(code).toBe(0)
  })

  it('fails for one that stays green and one that does not load; and restores between two', () => {
    const { code, out, err } = check([
      mutation('green', 'unheld = 1', 'unheld = 2'),
      mutation('unloadable', 'export const limit', 'const limit ='),
      mutation('limit', 'Math.min(n, 10)', 'n'),
    ])
    expect(err).toContain('green: stayed green')
    expect(err).toContain('unloadable: leaves code that does not load')
    expect(out).toContain('1 of 3 turned red')
    expect(code).toBe(1)
  })

  it('refuses to judge by a test that is red without a mutation', () => {
    const { code, out, err } = check([
      mutation('by-a-red-test', 'unheld = 1', 'unheld = 2', ['test/red.test.ts']),
      mutation('limit', 'Math.min(n, 10)', 'n'),
    ])
    expect(err).toContain('Red without any mutation: test/red.test.ts')
    expect(err).toContain('by-a-red-test: a test it names is red without it')
    expect(out).toContain('1 of 2 turned red')
    expect(code).toBe(1)
  })

  it('runs those asked for by id, list or row, and none after its time', () => {
    const two = [mutation('limit', 'Math.min(n, 10)', 'n'), mutation('green', 'unheld = 1', 'unheld = 2')]
    expect(check(two, '--only', 'limit').out).toContain('1 of 1 turned red')
    expect(check(two, '--only', 'F5').err).toContain('No mutation, list or row is called F5')
    const late = check(two, '--only', 'all', '--minutes', '0')
    expect(late.err).toContain('limit: the time was over before its turn')
    expect(late.code).toBe(1)
  })
})
