// Loads the files of the bundle, with V8's code cache if there is one for this Node: docs/decisions/0040-one-bundle.md.
const { existsSync, readFileSync } = require('node:fs')
const { sep } = require('node:path')
const { Script } = require('node:vm')

// Not `join`, which processes a path character by character and takes up to half a millisecond so early in a run.
const BUNDLE = `${__dirname.slice(0, -'bin'.length)}dist${sep}bundle`
const HEAD = '(function (exports, require, __filename) { '
const TAIL = '\n})'

/** The loaded files by name: their scripts, for `scripts/code-cache.mjs`, and their exports. */
const loaded = new Map()

/** Loads a file of the bundle like `require`. */
function load(name) {
  const known = loaded.get(name)
  if (known !== undefined) return known.exports
  const file = `${BUNDLE}${sep}${name}`
  const script = compile(name, file)
  // Without a prototype, V8 keeps the properties in a hash table from the first one on: `filter.cjs` has 400.
  const exports = Object.create(null)
  loaded.set(name, { script, exports })
  script.runInThisContext()(exports, (id) => (id.startsWith('./') ? load(id.slice(2)) : require(id)), file)
  return exports
}

function compile(name, file) {
  const source = readFileSync(file)
  const { text, cachedData } = readCache(name, source) ?? { text: textOf(source) }
  return new Script(text, { filename: file, columnOffset: -HEAD.length, cachedData })
}

/** The script that is compiled. The bundle is ASCII. */
function textOf(source) {
  return `${HEAD}${source.latin1Slice()}${TAIL}`
}

/** The path of a file's cache for the running V8, which is the only one that can use it. */
function cacheFile(name) {
  const { platform, arch, versions } = process
  return `${BUNDLE}${sep}${versions.v8}-${platform}-${arch}${sep}${name}.cache`
}

/**
 * Returns the cache, and the script behind it in the same file, only if that was made from exactly this source, because V8
 * itself only compares the length. If V8 rejects the cache, for example under flags that change compilation, it compiles as if
 * there were no cache. An unreadable one, for example of another user, is treated as missing.
 */
function readCache(name, source) {
  const file = cacheFile(name)
  try {
    const cache = existsSync(file) ? readFileSync(file) : Buffer.alloc(0)
    const start = cache.length - HEAD.length - source.length - TAIL.length
    if (start <= 0 || !source.equals(cache.subarray(start + HEAD.length, -TAIL.length))) return undefined
    // One copy of the script, where putting it together takes three.
    return { text: cache.latin1Slice(start), cachedData: cache.subarray(0, start) }
  } catch {
    return undefined
  }
}

module.exports = { cacheFile, load, loaded, textOf }
