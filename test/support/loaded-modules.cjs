// Preloaded with --require: leaves a list of what Node has loaded, for the tests that say what must not be.
// Of Node's inner modules only the packages that it brings along count.
const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  const builtin = process.moduleLoadList.map(
    (line) => /^NativeModule (?!internal\/(?!deps\/))(.+)$/.exec(line)?.[1],
  )
  const loaded = { builtin: builtin.filter(Boolean), files: Object.keys(require.cache) }
  writeFileSync(process.env.LOADED_MODULES, JSON.stringify(loaded))
})
