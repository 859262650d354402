import fc from 'fast-check'

/**
 * Generated tests see the same values at every run, so that a red build is always about the change that it is for.
 * `SEED=random` draws new ones, and any number gives those that it stands for.
 */
const given = process.env['SEED'] ?? '20261120'

fc.configureGlobal({ seed: given === 'random' ? Date.now() : Number(given) })
