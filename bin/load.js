// Loads the files of the bundle, with V8's code cache if there is one for this Node: docs/decisions/0040-one-bundle.md.
const { existsSync, readFileSync } = require('node:fs')
const { sep } = require('node:path')
const { Script } = require('node:vm')

// Not `join`, which processes a path character by character and takes up to half a millisecond so early in a run.
const BUNDLE = `${__dirname.slice(0, -'bin'.length)}dist${sep}bundle`
const HEAD = '(function (exports, require, __filename) { '

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
  // The bundle is ASCII.
  return new Script(`${HEAD}${source.latin1Slice()}\n})`, {
    filename: file,
    columnOffset: -HEAD.length,
    cachedData: cacheOf(name, source),
  })
}

/** The path of a file's cache for the running V8, which is the only one that can use it. */
function cacheFile(name) {
  const { platform, arch, versions } = process
  return `${BUNDLE}${sep}${versions.v8}-${platform}-${arch}${sep}${name}.cache`
}

/**
 * Returns the cache only if it was made from exactly this source, because V8 itself only compares the length. If V8 rejects
 * the cache, for example under flags that change compilation, it compiles as if there were no cache.
 */
function cacheOf(name, source) {
  const cache = readCache(cacheFile(name))
  const length = cache === undefined ? 0 : cache.length - source.length
  return length > 0 && source.equals(cache.subarray(length)) ? cache.subarray(0, length) : undefined
}

/** An unreadable cache, for example of another user, is treated as missing. */
function readCache(file) {
  try {
    return existsSync(file) ? readFileSync(file) : undefined
  } catch {
    return undefined
  }
}

module.exports = { cacheFile, load, loaded }
