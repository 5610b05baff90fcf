import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }

describe('what is put on a server', () => {
  it('needs no package but the dependencies of this one', () => {
    const files = ['cli', 'node', 'server', 'simulator'].flatMap((folder) =>
      readdirSync(join(root, 'dist', folder))
        .filter((name) => name.endsWith('.js'))
        .map((name) => `dist/${folder}/${name}`),
    )
    const wanted = new Set(
      files.flatMap((file) =>
        [...read(file).matchAll(/(?:^import|\bfrom|\bimport\()\s*["']([^."'][^"']*)["']/gm)].map(
          ([, name = '']) => name,
        ),
      ),
    )
    const packages = [...wanted]
      .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
      .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
    expect(packages.length).toBeGreaterThan(5)
    expect(packages.filter((name) => !(name in dependencies))).toEqual([])
  })

  it('the image and the unit start the same command, as nobody in particular', () => {
    const [image, unit] = [read('deploy/Dockerfile'), read('deploy/coze-chat-widget.service')]
    expect(image).toMatch(/^ENTRYPOINT \["node", "dist\/cli\/index\.js"\]\nCMD \["serve"\]$/m)
    expect(unit).toMatch(/^ExecStart=\/usr\/bin\/node \S+\/dist\/cli\/index\.js serve$/m)
    expect(existsSync(join(root, 'dist/cli/index.js'))).toBe(true)
    expect(image).toMatch(/^USER node$/m)
    expect(unit).toMatch(/^DynamicUser=yes$/m)
    // The exit code of a bad setting.
    expect(unit).toMatch(/^RestartPreventExitStatus=2$/m)
  })

  it('T19: no secret gets into the image', () => {
    const [first, ...admitted] = read('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
    expect(first).toBe('*')
    expect(admitted.every((line) => line.startsWith('!') && !/env|pem|key|\*/i.test(line))).toBe(true)
    expect(read('deploy/Dockerfile')).not.toMatch(/^(?:ARG|ENV) .*(?:KEY|SECRET|TOKEN)/m)
  })

  const systemdAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
  it.skipIf(!systemdAnalyze)('systemd finds the unit well formed and little exposed', () => {
    const directory = mkdtempSync(join(tmpdir(), 'unit-'))
    const unit = join(directory, 'coze-chat-widget.service')
    writeFileSync(unit, read('deploy/coze-chat-widget.service').replace('/usr/bin/node', process.execPath))
    const analyze = (...args: string[]) => spawnSync('systemd-analyze', [...args, unit], { encoding: 'utf8' })
    const complaints = analyze('verify')
      .stderr.split('\n')
      .filter((line) => line.includes('coze-chat-widget'))
    const [, exposure = '10'] = /exposure level .*?: ([\d.]+)/.exec(analyze('security', '--offline=yes').stdout) ?? []
    rmSync(directory, { recursive: true })
    expect(complaints).toEqual([])
    expect(Number(exposure)).toBeLessThan(2)
  })
})
