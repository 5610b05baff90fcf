/**
 * Writes `dist/sbom.cdx.json` (CycloneDX): what an install brings, and what is bundled into our files. `npm sbom --omit dev` alone would not
 * name the bundled packages, because for npm they are those of developers. Needs a build, and no network.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path) => readFileSync(join(root, path), 'utf8')
const npm = (...args) =>
  JSON.parse(
    execFileSync('npm', args, {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  )

const { name, version } = JSON.parse(read('package.json'))
const all = npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only')
const own = all.metadata.component['bom-ref']
const bundled = [...read('dist/THIRD-PARTY-NOTICES.txt').matchAll(/^(@?[\w./-]+) (\d+\.\d+\.\S+)\nLicence: /gm)].map(
  ([, packageName, packageVersion]) => `${packageName}@${packageVersion}`,
)

const isDevelopment = ({ properties = [] }) =>
  properties.some((property) => property.name === 'cdx:npm:package:development')
const isPeer = ({ scope }) => scope === 'optional'
const refOf = (component) => `${component.group ? `${component.group}/` : ''}${component.name}@${component.version}`
const components = all.components
  .filter((component) => bundled.includes(refOf(component)) || !(isDevelopment(component) || isPeer(component)))
  .map((component) => ({
    ...component,
    properties: [{ name: 'bundled', value: String(bundled.includes(refOf(component))) }],
  }))
const missing = bundled.filter((ref) => !components.some((component) => refOf(component) === ref))
if (missing.length > 0) throw new Error(`The lock file does not know what is bundled: ${missing.join(', ')}`)

const refs = new Set([own, ...components.map((component) => component['bom-ref'])])
const dependencies = all.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) }))
const metadata = { ...all.metadata, component: { ...all.metadata.component, name, version } }
writeFileSync(
  join(root, 'dist/sbom.cdx.json'),
  `${JSON.stringify({ ...all, metadata, components, dependencies }, null, 2)}\n`,
)
console.log(`dist/sbom.cdx.json: ${components.length} packages`)
