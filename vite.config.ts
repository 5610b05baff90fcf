import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import type { EnvironmentOptions, Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { customElementsManifest } from './scripts/option-reference.ts'
import { thirdPartyNotices } from './scripts/third-party-notices.ts'
import { webTypes } from './scripts/web-types.ts'

/**
 * One file for builds and tests. `vite build --app` makes all of `dist/`:
 *
 * - `chat`: `browser/chat-<hash>.js`, and a file for each `import()` of `src/widget/load.ts`, named like the module that it imports
 * - `launcherExtras`: `browser/launcher-extras-<hash>.js`
 * - `embed`: `browser/embed.js`, the classic script that a page's tag names
 * - `package`: `browser/{index,headless,official,react,vue}.js`, the entries for bundlers
 * - `replica`: the stand-in for Coze's Chat SDK that demo and tests load
 * - `server`: the token service, which finds its packages among those of the site; beside it `custom-elements.json` and `web-types.json`, by which editors complete `<coze-chat>`
 * - `commandLine`: command line and simulator, with all that they need in them
 *
 * `vite build --app --mode bench` makes the benchmarks, the soak and the chaos instead.
 */

const packageManifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  version: string
  dependencies: Record<string, string>
}

const WORDS = 'src/ui/strings/languages/'

/**
 * The files of words end alike, so that `embed.js` can name the one of a page's language without a list. Files of different content
 * never have the same name: the ending is made of all languages.
 */
const wordsEnding = `-${createHash('sha256')
  .update(
    readdirSync(WORDS)
      .map((name) => readFileSync(WORDS + name))
      .join('\n'),
  )
  .digest('base64url')
  .slice(0, 8)}.js`

/** Names that only a finished build knows: `embed` and `package` are built after these two. */
const fileNames = { chat: '', 'launcher-extras': '' }

const rememberFileNames: Plugin = {
  name: 'remember-file-names',
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk' || !file.isEntry || !(file.name in fileNames)) continue
      fileNames[file.name as keyof typeof fileNames] = file.fileName
    }
  },
}

/** In source the two are placeholders, which `test.define` fills for tests. */
const insertFileNames: Plugin = {
  name: 'insert-file-names',
  transform: (code) =>
    code.includes('__CHAT_FILE__')
      ? code
          .replaceAll('__CHAT_FILE__', JSON.stringify(fileNames.chat))
          .replaceAll('__LAUNCHER_EXTRAS_FILE__', JSON.stringify(fileNames['launcher-extras']))
          .replaceAll('__WORDS_ENDING__', JSON.stringify(wordsEnding))
      : undefined,
}

const writeCustomElements: Plugin = {
  name: 'write-custom-elements',
  writeBundle({ dir }) {
    const table = readFileSync('src/options/option-table.ts', 'utf8')
    const write = (name: string, content: object) =>
      writeFileSync(`${dir}/${name}`, `${JSON.stringify(content, null, 2)}\n`)
    write('custom-elements.json', customElementsManifest(table))
    write('web-types.json', webTypes(table, packageManifest.version))
  },
}

/**
 * Those of `browserslist` in `package.json`. Safari 15.4 is written as 16, or class fields, which it has, would be rewritten for a bug that no
 * code of ours meets. `test/bundle.test.ts` holds that no file needs more than the browsers have.
 */
const browsers = ['chrome100', 'edge100', 'firefox115', 'safari16']

/** `Features.LightDark` of Lightning CSS: it would write variables for a CSS function that no style of ours uses. */
const LIGHT_DARK = 1 << 20

const forBrowsers = { target: browsers, minify: true, modulePreload: false, outDir: 'dist/browser' } as const
const esModules = { format: 'es', minify: true, comments: false } as const

/**
 * Chromium then compiles all functions of a file beside the main thread while it loads, in place of each on the main thread when it is first
 * called. Others pass over it. https://v8.dev/blog/explicit-compile-hints
 */
const ALL_CALLED_ON_LOAD = '//# allFunctionsCalledOnLoad'

/** Everything a page needs is in the files themselves. */
const forPages = { consumer: 'client', resolve: { noExternal: true as const } } as const

/** A file that may be cached for ever, and in it whatever it imports statically; with the files that it loads later. */
const entryWithHash = (name: string, source: string): EnvironmentOptions => ({
  ...forPages,
  build: {
    ...forBrowsers,
    lib: { entry: { [name]: source }, formats: ['es'] },
    rolldownOptions: {
      // The files that are loaded later find what they share with the first one in it.
      preserveEntrySignatures: 'allow-extension',
      output: {
        ...esModules,
        entryFileNames: '[name]-[hash].js',
        postBanner: (chunk) => (chunk.name === 'chat' ? ALL_CALLED_ON_LOAD : ''),
        chunkFileNames: ({ facadeModuleId }) =>
          facadeModuleId?.includes(WORDS) ? `[name]${wordsEnding}` : '[name]-[hash].js',
        codeSplitting: { groups: [{ name, tags: ['$initial'] }] },
      },
    },
  },
})

/** Files for Node in `dist/`, as deep as the sources lie, since demo and service look for pages and files from there. */
const forNode = (
  input: Record<string, string>,
  resolve: EnvironmentOptions['resolve'],
  sourcemap: boolean,
): EnvironmentOptions => ({
  consumer: 'server',
  ...(resolve && { resolve }),
  build: {
    lib: false,
    target: 'node20',
    minify: false,
    sourcemap,
    outDir: 'dist',
    ssr: true,
    rolldownOptions: { input, output: { entryFileNames: '[name].js', chunkFileNames: 'node/chunks/[name]-[hash].js' } },
  },
})

const environments: Record<string, EnvironmentOptions> = {
  chat: entryWithHash('chat', 'src/widget/widget.ts'),
  launcherExtras: entryWithHash('launcher-extras', 'src/element/launcher/launcher-extras.ts'),
  embed: {
    ...forPages,
    build: {
      ...forBrowsers,
      lib: { entry: 'src/embed.ts', formats: ['iife'], name: 'cozeChatEmbed', fileName: () => 'embed.js' },
    },
  },
  package: {
    ...forPages,
    build: {
      ...forBrowsers,
      lib: {
        entry: {
          index: 'src/index.ts',
          headless: 'src/headless.ts',
          official: 'src/official/index.ts',
          react: 'src/frameworks/react.ts',
          vue: 'src/frameworks/vue.ts',
        },
        formats: ['es'],
      },
      rolldownOptions: {
        preserveEntrySignatures: 'strict',
        // Whoever bundles the npm entry finds the chat where the script tag finds it.
        external: (id: string) => /^(react|vue)$|\/(widget|launcher-extras)\.ts$/.test(id),
        output: {
          ...esModules,
          chunkFileNames: 'package-[name]-[hash].js',
          paths: (id: string) =>
            id.endsWith('/widget.ts')
              ? `./${fileNames.chat}`
              : id.endsWith('/launcher-extras.ts')
                ? `./${fileNames['launcher-extras']}`
                : id,
        },
      },
    },
  },
  replica: {
    ...forPages,
    build: {
      ...forBrowsers,
      outDir: 'dist/simulator',
      lib: {
        entry: 'src/simulator/chat-sdk/index.ts',
        formats: ['iife'],
        name: 'cozeChatSdkReplica',
        fileName: () => 'chat-sdk-replica.js',
      },
    },
  },
  server: forNode(
    {
      'server/index': 'src/server/index.ts',
      'server/node': 'src/server/node.ts',
      'server/redis': 'src/server/store/redis-token-store.ts',
    },
    // What a site's own service imports stays outside, so that the site has one copy of each and can update it by itself.
    // All else is inside, what prom-client needs as well: nobody installs it.
    { external: Object.keys(packageManifest.dependencies), noExternal: true },
    true,
  ),
  commandLine: forNode(
    { 'simulator/index': 'src/simulator/index.ts', 'cli/index': 'src/cli/index.ts' },
    // Whoever wants the widget alone installs none of it.
    { noExternal: true },
    false,
  ),
}

const measurements: Record<string, EnvironmentOptions> = {
  bench: {
    consumer: 'server',
    build: {
      lib: false,
      target: 'node20',
      minify: false,
      outDir: '.bench/out/measurements',
      ssr: true,
      rolldownOptions: {
        input: {
          page: 'test/bench/page.ts',
          phone: 'test/bench/phone.ts',
          chat: 'test/bench/chat.ts',
          markdown: 'test/bench/markdown.ts',
          server: 'test/bench/server.ts',
          gateway: 'test/bench/gateway.ts',
          replay: 'test/bench/replay.ts',
          soak: 'test/soak/soak.ts',
          chaos: 'test/soak/chaos.ts',
          'chaos-service': 'test/soak/chaos-service.ts',
        },
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
}

export default defineConfig(({ mode, command }) => ({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  plugins:
    command === 'build'
      ? [
          { ...rememberFileNames, applyToEnvironment: ({ name }) => name === 'chat' || name === 'launcherExtras' },
          insertFileNames,
          { ...thirdPartyNotices, applyToEnvironment: ({ name }) => name !== 'bench' },
          { ...writeCustomElements, applyToEnvironment: ({ name }) => name === 'server' },
        ]
      : [],
  publicDir: false,
  css: { lightningcss: { exclude: LIGHT_DARK } },
  ...(command === 'build' && {
    environments: mode === 'bench' ? measurements : environments,
    builder: {
      // One evaluation of this file for all outputs, or `fileNames` would be empty in the second.
      sharedConfigBuild: true,
      async buildApp(builder) {
        for (const name of Object.keys(mode === 'bench' ? measurements : environments)) {
          const environment = builder.environments[name]
          if (environment) await builder.build(environment)
        }
      },
    },
  }),
  build: {
    emptyOutDir: false,
    // Of all outputs: Vite reads it here alone.
    cssTarget: browsers,
    // Only a library loads its parts without Vite's preloading around them, and Vite looks for that here, not in the outputs.
    lib: { entry: {} },
  },
  define:
    command === 'build'
      ? {}
      : {
          __CHAT_FILE__: '"chat.js"',
          __LAUNCHER_EXTRAS_FILE__: '"launcher-extras.js"',
          __WORDS_ENDING__: '"-words.js"',
        },
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    environment: 'node',
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 60_000,
    // The command line speaks the language of the terminal.
    env: { LC_ALL: 'C.UTF-8' },
    // A thread starts in less time than a process. One more than there are cores, since some tests wait for Redis or for a clock.
    pool: 'threads',
    maxWorkers: availableParallelism() + 1,
  },
}))
