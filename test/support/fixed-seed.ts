import fc from 'fast-check'

/**
 * Generated tests use the same values in every run, so that a failing build is always caused by a change.
 * `SEED=random` chooses a new seed, and a number is the seed itself.
 */
const given = process.env['SEED'] ?? '20261120'

fc.configureGlobal({ seed: given === 'random' ? Date.now() : Number(given) })
