/**
 * The import rules of `src/`, which `npm run check` holds. `npm run generate` writes FOLDERS and LAYERS into
 * `docs/architecture.md` as tables, and `test/architecture.test.ts` shows that a broken rule is found.
 *
 * dependency-cruiser reads the sources with the JavaScript API of TypeScript, which version 7 no longer has. That is why
 * `typescript` is version 6 in package.json; the `tsc` that checks our types is version 7, `@typescript/native`.
 */

const BASE = ['errors.ts', 'platform', 'protocol', 'options']

/**
 * What each folder or entry of `src/` may import beside itself. What stands in `types` may be imported by `import type`
 * alone. A name is a folder, a file, or a path below a folder.
 */
export const FOLDERS = {
  'errors.ts': { imports: [] },
  platform: { imports: ['errors.ts'] },
  protocol: { imports: ['errors.ts', 'platform'] },
  options: { imports: ['errors.ts', 'platform', 'protocol'] },
  visitor: { imports: BASE },
  chat: { imports: BASE },
  coze: { imports: BASE, types: ['chat'] },
  ui: { imports: [...BASE, 'chat'] },
  official: { imports: [...BASE, 'coze/vendor-codes.ts'] },
  element: { imports: [...BASE, 'ui/strings'] },
  widget: { imports: [...BASE, 'visitor', 'chat', 'coze', 'ui', 'official', 'element'] },
  'embed.ts': { imports: [...BASE, 'element', 'widget'] },
  'index.ts': { imports: [...BASE, 'element', 'widget'] },
  frameworks: { imports: [...BASE, 'element', 'index.ts'] },
  'headless.ts': { imports: [...BASE, 'widget'], types: ['chat', 'visitor'] },
  server: { imports: [...BASE, 'coze/wire', 'coze/vendor-codes.ts', 'coze/event-stream.ts'] },
  simulator: { imports: [...BASE, 'coze/wire', 'coze/vendor-codes.ts'] },
  cli: { imports: [...BASE, 'coze/wire', 'coze/vendor-codes.ts', 'server', 'simulator'] },
}

/** Layers inside a folder, the lowest first. A file imports from its own layer and from lower ones. */
export const LAYERS = {
  server: [
    ['crypto', 'resilience'],
    ['http'],
    ['identity', 'limits', 'operations', 'store', 'upstream'],
    ['gateway', 'service-options.ts', 'token-endpoint', 'widget'],
    ['composition'],
    ['config', 'token-service.ts', 'index.ts', 'node.ts'],
  ],
  simulator: [['world'], ['agent'], ['stream'], ['api'], ['index.ts', 'node.ts', 'chat-sdk']],
  ui: [
    ['strings', 'theme'],
    [
      'error-boundary.ts',
      'linked-text.tsx',
      'memo.ts',
      'panel-context.ts',
      'panel-events.ts',
      'part-components.tsx',
      'parts.ts',
      'use-part.ts',
    ],
    [
      'attachments',
      'backdrop',
      'composer',
      'conversations',
      'handoff',
      'markdown',
      'menus',
      'message-actions',
      'messages',
      'notices',
      'problems',
      'voice',
    ],
    ['panel'],
    ['before-chat'],
  ],
}

/** The only files with an `import()`: they decide what loads when. */
export const LOADERS = ['widget/load.ts', 'embed.ts', 'index.ts', 'cli']

/** `chat` → `^src/chat/`; `errors.ts` → `^src/errors\.ts$`. */
function pattern(name) {
  const path = `^src/${name.replaceAll('.', '\\.')}`
  return /\.tsx?$/.test(name) ? `${path}$` : `${path}/`
}

const patterns = (names) => names.map(pattern)

const folderRules = Object.entries(FOLDERS).flatMap(([folder, { imports, types = [] }]) => [
  {
    name: `${folder}-imports`,
    comment: `src/${folder} may import: ${[...imports, ...types.map((name) => `${name} (types)`)].join(', ') || 'nothing'}.`,
    severity: 'error',
    from: { path: pattern(folder) },
    to: { path: '^src/', pathNot: patterns([folder, ...imports, ...types]) },
  },
  ...(types.length === 0
    ? []
    : [
        {
          name: `${folder}-imports-types-only`,
          comment: `src/${folder} may import only types of: ${types.join(', ')}.`,
          severity: 'error',
          from: { path: pattern(folder) },
          to: { path: patterns(types), pathNot: patterns(imports), dependencyTypesNot: ['type-only'] },
        },
      ]),
])

const layerRules = Object.entries(LAYERS).flatMap(([folder, layers]) => {
  const inside = layers.map((names) => patterns(names.map((name) => `${folder}/${name}`)))
  return [
    ...layers.slice(1).map((upper, index) => ({
      name: `${folder}-layers`,
      comment: `In src/${folder} only its own layer and those above it may import ${upper.join(', ')}.`,
      severity: 'error',
      from: { path: inside.slice(0, index + 1).flat() },
      to: { path: inside[index + 1] },
    })),
    {
      name: `${folder}-without-layer`,
      comment: `Every file of src/${folder} has a layer: name its folder in LAYERS.`,
      severity: 'error',
      from: { path: `^src/${folder}/`, pathNot: inside.flat() },
      to: {},
    },
  ]
})

export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'No circle, not even of types: move what both need into a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...folderRules,
    ...layerRules,
    {
      name: 'no-folder-without-rule',
      comment: 'Every folder of src/ has a row in FOLDERS.',
      severity: 'error',
      from: { path: '^src/', pathNot: patterns(Object.keys(FOLDERS)) },
      to: {},
    },
    {
      name: 'import-call-only-in-loaders',
      comment: `What loads when is decided in ${LOADERS.join(', ')} alone: import it statically here.`,
      severity: 'error',
      from: { path: '^src/', pathNot: patterns(LOADERS) },
      to: { dynamic: true },
    },
    {
      name: 'node-only-where-node-is',
      comment: 'Browser and edge code has no Node modules.',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: patterns([
          'cli',
          'server/node.ts',
          'server/http/node-listener.ts',
          'server/widget/read-widget-files.ts',
          'simulator/node.ts',
        ]),
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'published-code-needs-dependencies',
      comment: 'The token service is not bundled, except for its metrics: what it imports must be in "dependencies".',
      severity: 'error',
      from: { path: pattern('server'), pathNot: pattern('server/operations/prometheus-metrics.ts') },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-missing-file',
      comment: 'What is imported must be there.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.css'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
