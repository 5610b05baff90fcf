import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { minify } from 'terser'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

/**
 * One file for builds and tests. `vite build --mode <name>`:
 * `embed` a classic script; `replica` another, a stand-in for Coze's Chat SDK in demo and tests; `widget` the ES modules it imports; `launcher` the one it imports where the options ask for more than a button, which shares nothing with the widget, so brings none of it; `browser` the npm entries; `node` the service, the simulator and the command line; `bench` the benchmarks and the soak, for `npm run bench` and `npm run soak`.
 */
/** A library build leaves white space for the next bundler; what a script tag loads has none. */
const readyToServe = { format: 'es' as const, minify: true, chunkFileNames: 'chunks/[name]-[hash].js' }

/** One folder for the chunks of a build: as safe to cache for ever as a hash in each name, and 250 bytes less in what a turn costs. */
function buildId(): string {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'))
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' }).sort()) {
    if (statSync(`src/${file}`).isFile()) hash.update(file).update(readFileSync(`src/${file}`))
  }
  return hash.digest('hex').slice(0, 8)
}

/** Once more, after the bundler's own minifier: 410 bytes less of a plain turn than that alone, in brotli; before it, 280. */
const minifyAgain = (module: boolean): Plugin => ({
  name: 'minify-again',
  async generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue
      const { code = file.code } = await minify(file.code, { module, compress: { passes: 3, keep_fargs: false } })
      file.code = code
    }
  },
})

export default defineConfig(({ mode }) => ({
  // Calls of `h` are shorter than those of the automatic runtime, which is also one more module.
  oxc: { jsx: { runtime: 'classic', pragma: 'h', pragmaFrag: 'Fragment', development: false } },
  plugins: mode === 'widget' || mode === 'embed' ? [minifyAgain(mode === 'widget')] : [],
  publicDir: false,
  build: {
    target: mode === 'node' || mode === 'bench' ? 'node20' : 'es2022',
    emptyOutDir: false,
    minify: mode !== 'node' && mode !== 'bench',
    sourcemap: mode === 'node',
    outDir: mode === 'bench' ? '.bench/out' : 'dist',
    modulePreload: false,
    ...(mode === 'embed' && {
      lib: { entry: 'src/embed.ts', formats: ['iife'] as ['iife'], name: 'cozeChatEmbed', fileName: () => 'embed.js' },
    }),
    ...(mode === 'launcher' && {
      lib: { entry: { 'launcher-extras': 'src/element/launcher-extras.ts' }, formats: ['es'] as ['es'] },
      rolldownOptions: { output: { ...readyToServe, entryFileNames: '[name].js' } },
    }),
    ...(mode === 'replica' && {
      lib: {
        entry: 'src/simulator/chat-sdk/index.ts',
        formats: ['iife'] as ['iife'],
        name: 'cozeChatSdkReplica',
        fileName: () => 'chat-sdk-replica.js',
      },
    }),
    ...(mode === 'widget' && {
      // As a library, for only those import their chunks without Vite's preloading around it.
      lib: { entry: { widget: 'src/widget.ts' }, formats: ['es'] as ['es'] },
      rolldownOptions: {
        // The entry carries what its own chunks need too: one file before the first word, and fewer requests.
        preserveEntrySignatures: 'allow-extension' as const,
        output: {
          ...readyToServe,
          entryFileNames: '[name].js',
          chunkFileNames: `chunks/${buildId()}/[name].js`,
          comments: { annotation: false },
          codeSplitting: { groups: [{ name: 'widget', test: /\/src\/widget\.ts$/ }] },
        },
      },
    }),
    ...(mode === 'browser' && {
      lib: {
        entry: { index: 'src/index.ts', headless: 'src/headless.ts', official: 'src/official/index.ts' },
        formats: ['es'] as ['es'],
      },
      rolldownOptions: {
        // Whoever bundles the npm entry finds the widget where the script tag finds it.
        external: (id: string) => id.endsWith('/widget.ts'),
        output: { ...readyToServe, paths: (id: string) => (id.endsWith('/widget.ts') ? './widget.js' : id) },
      },
    }),
    ...(mode === 'bench' && {
      ssr: true,
      rolldownOptions: {
        input: {
          page: 'test/bench/page.ts',
          chat: 'test/bench/chat.ts',
          markdown: 'test/bench/markdown.ts',
          server: 'test/bench/server.ts',
          gateway: 'test/bench/gateway.ts',
          replay: 'test/bench/replay.ts',
          soak: 'test/soak/soak.ts',
        },
        // As deep as the sources lie, since the demo looks for its pages from there.
        output: { chunkFileNames: '[name]-[hash].js' },
      },
    }),
    ...(mode === 'node' && {
      ssr: true,
      rolldownOptions: {
        input: {
          'server/index': 'src/server/index.ts',
          'server/node': 'src/server/node.ts',
          'server/redis': 'src/server/redis-token-store.ts',
          'simulator/index': 'src/simulator/index.ts',
          'cli/index': 'src/cli/index.ts',
        },
        output: { chunkFileNames: 'node/[name]-[hash].js' },
      },
    }),
  },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    environment: 'node',
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 20_000,
    // The default leaves one core idle, which on a machine of two is half of it.
    maxWorkers: '100%',
  },
}))
