// Preloaded with --require: writes a list of the modules that Node has loaded, for tests of what a run loads.
// Of Node's internal modules only its bundled packages are listed.
const { writeFileSync } = require('node:fs')

process.on('exit', () => {
  const builtin = process.moduleLoadList.map(
    (line) => /^NativeModule (?!internal\/(?!deps\/))(.+)$/.exec(line)?.[1],
  )
  const files = Object.values(require.cache)
  // The bundle has its own loader, which has a list of its loaded modules.
  const bundled = files.flatMap(({ exports }) =>
    exports.loaded instanceof Map ? [...exports.loaded.keys()] : [],
  )
  const all = {
    builtin: builtin.filter(Boolean),
    files: [...files.map(({ filename }) => filename), ...bundled],
  }
  writeFileSync(process.env.LOADED_MODULES, JSON.stringify(all))
})
