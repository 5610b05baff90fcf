/**
 * fast-check with a seed that does not change: a test that passes here passes everywhere. To look for new counterexamples:
 * `PROPERTY_SEED=$RANDOM npm run test:unit`.
 */
// biome-ignore lint/style/noRestrictedImports: this is where it is set up.
import fc from 'fast-check'

const SEED = 20_251_129
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? SEED) })

export default fc
