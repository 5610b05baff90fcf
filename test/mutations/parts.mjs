/**
 * What guards people, and is therefore tested by mutants: whether a test notices when a condition is turned round or a
 * line is left out. `npm run test:mutations` takes the parts one by one; `npm run test:mutations -- server/identity` one;
 * `npm run test:mutations -- server/gateway` those whose names begin so.
 *
 * `break` is the score in per cent below which a run fails: a little under what was measured (0: not measured yet).
 */
export const PARTS = {
  visitor: {
    sources: ['src/visitor/**/*.ts'],
    tests: ['test/visitor/**/*.test.ts', 'test/journeys/two-tabs.test.ts', 'test/journeys/first-visit.test.ts'],
    break: 88,
  },
  'server/identity': {
    sources: ['src/server/identity/**/*.ts', 'src/server/crypto/**/*.ts'],
    tests: ['test/server/{identity,crypto,token-endpoint}/**/*.test.ts', 'test/server/token-service.test.ts'],
    break: 86,
  },
  // Half an hour: what belongs to whom shows in whole services alone.
  'server/gateway/ownership': {
    sources: ['src/server/gateway/ownership/**/*.ts'],
    tests: ['test/server/gateway/**/!(workerd|fuzz).test.ts'],
    // What takes seconds a run is left out: there are thousands of runs.
    without: [
      'lose no character, and no two of them mix',
      '10,000 ways to cut it',
      'to pieces of \\d+ bytes?',
      '100,500 conversations of one session',
      'lets an upload flow through',
      'a stream of nothing that may be seen',
      'is the same to the widget and to Coze’s own client',
    ],
    break: 86,
  },
  'server/gateway/request': {
    sources: ['src/server/gateway/{request/*,json-depth}.ts'],
    tests: ['test/server/gateway/request/!(*-through-gateway).test.ts'],
    break: 95,
  },
  'server/gateway/upstream': byTheirOwnTests('upstream', 95),
  'server/gateway/response': byTheirOwnTests('response', 94),
  'server/gateway/routes': {
    sources: ['src/server/gateway/{gateway-cors,gateway-options,lossless-json,route-matching}.ts'],
    tests: ['test/server/gateway/{gateway-cors,gateway-options,lossless-json,route-matching}.test.ts'],
    break: 94,
  },
  'server/gateway/run': {
    sources: ['src/server/gateway/{gateway,operations,plain-chat,run-route}.ts'],
    tests: ['test/server/gateway/run/*.test.ts'],
    break: 95,
  },
}

/** A folder of the gateway whose tests need no whole service: ten minutes instead of hours. */
function byTheirOwnTests(folder, score) {
  return {
    sources: [`src/server/gateway/${folder}/*.ts`],
    tests: [`test/server/gateway/${folder}/*.test.ts`],
    without: ['10,000 ways to cut it'],
    break: score,
  }
}

/** The part that this run is about. */
export function chosenPart() {
  const name = process.env.MUTATION_PART ?? ''
  const part = PARTS[name]
  if (!part) throw new Error(`MUTATION_PART must be one of ${Object.keys(PARTS).join(', ')}, but is "${name}".`)
  return { name, ...part }
}
