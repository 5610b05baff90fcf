import { defineConfig } from 'vitest/config'
import { chosenPart } from './parts.mjs'

const { tests, without = [] } = chosenPart()

export default defineConfig({
  test: {
    include: tests,
    ...(without.length > 0 && { testNamePattern: new RegExp(`^(?!.*(?:${without.join('|')}))`) }),
    environment: 'node',
    restoreMocks: true,
    unstubGlobals: true,
    testTimeout: 20_000,
  },
})
