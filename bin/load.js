// Loads the files of the bundle, with V8's code cache where one was made for this Node: docs/decisions/0040-one-bundle.md.
const { existsSync, readFileSync } = require('node:fs')
const { sep } = require('node:path')
const { Script } = require('node:vm')

// This file lies in bin. `join` goes through a path sign by sign, which takes up to half a millisecond so early in a run.
const BUNDLE = `${__dirname.slice(0, -'bin'.length)}dist${sep}bundle`
const HEAD = '(function (exports, require, __filename) { '

/** What is loaded, by name: the scripts for `scripts/code-cache.mjs`, and what they export. */
const loaded = new Map()

/** Loads a file of the bundle, as `require` would. */
function load(name) {
  const known = loaded.get(name)
  if (known !== undefined) return known.exports
  const file = `${BUNDLE}${sep}${name}`
  const script = compile(name, file)
  const exports = {}
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

/** Where the cache of a file is, for the V8 that runs this: no other may read it. */
function cacheFile(name) {
  const { platform, arch, versions } = process
  return `${BUNDLE}${sep}${versions.v8}-${platform}-${arch}${sep}${name}.cache`
}

/**
 * What was made of this very source: V8 itself compares no more than its length. What V8 still refuses, as it does under
 * flags that change how it compiles, it compiles as if there were no cache.
 */
function cacheOf(name, source) {
  const cache = readCache(cacheFile(name))
  const length = cache === undefined ? 0 : cache.length - source.length
  return length > 0 && source.equals(cache.subarray(length)) ? cache.subarray(0, length) : undefined
}

/** One that may not be read, since another user made it, is as good as none. Most often there is one, or none at all. */
function readCache(file) {
  try {
    return existsSync(file) ? readFileSync(file) : undefined
  } catch {
    return undefined
  }
}

module.exports = { cacheFile, load, loaded }
