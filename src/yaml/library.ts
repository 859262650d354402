type Library = typeof import('yaml')

/** A memo: the library is the same for everybody. */
let library: Library | undefined

/**
 * Loads npm `yaml` when it is first needed, which for most inputs is never: loading it takes as long as all the rest of
 * a run. Synchronously, since reading is: the path waits for registries and for nothing else.
 *
 * In a bundle there is a `require`, and what it is given is seen and packed; in a module one must be made.
 */
export function loadLibrary(): Library {
  library ??= typeof require === 'function' ? require('yaml') : requireFromModule('yaml')
  return library as Library
}

/** Without an import of `node:module`, which every run would load. */
function requireFromModule(name: string): unknown {
  return process.getBuiltinModule('node:module').createRequire(import.meta.url)(name)
}
