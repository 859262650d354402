// Preloaded with --require: leaves a list of what Node has loaded, for the tests that say what must not be.
// Of Node's inner modules only the packages that it brings along count.
const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  const builtin = process.moduleLoadList.map(
    (line) => /^NativeModule (?!internal\/(?!deps\/))(.+)$/.exec(line)?.[1],
  )
  const files = Object.values(require.cache)
  // The bundle has a loader of its own, which knows what it has loaded.
  const bundled = files.flatMap(({ exports }) =>
    exports.loaded instanceof Map ? [...exports.loaded.keys()] : [],
  )
  const all = {
    builtin: builtin.filter(Boolean),
    files: [...files.map(({ filename }) => filename), ...bundled],
  }
  writeFileSync(process.env.LOADED_MODULES, JSON.stringify(all))
})
