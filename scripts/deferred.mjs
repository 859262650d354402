import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

/** Prefixes of modules that are made here: the entry of a file, and the stub of a module. */
const ENTRY = 'entry:'
const STUB = 'stub:'

/**
 * Splits a program into files that are loaded when one of their functions is first called, though its sources import all
 * modules statically. Where a listed module is imported, the bundle gets a stub in its place: functions of the same names
 * that `require` the file and pass the call on. So such a module may export functions and types only.
 *
 * @param {Record<string, readonly string[]>} files for each file its modules, relative to root. The first module of the
 *   first file is the start of the program; nothing in the first file is loaded late
 * @param {string} root the folder of the project, absolute
 * @returns for rolldown: `entries` as inputs, `plugin` as a plugin, `groups` for `codeSplitting`
 */
export function splitProgram(files, root) {
  const modulesOf = new Map(
    Object.entries(files).map(([file, paths]) => [file, paths.map((path) => join(root, path))]),
  )
  const [start, ...late] = modulesOf.keys()
  /** The late file of each module that is listed. */
  const lateFileOf = new Map(late.flatMap((file) => modulesOf.get(file).map((module) => [module, file])))
  checkPaths(Object.values(files).flat(), root)
  /** The file that each module is written to. */
  const assigned = new Map()
  return {
    // An entry makes rolldown export what stubs call. The code of the modules goes where the groups say.
    entries: {
      [`entry-of-${start}`]: modulesOf.get(start)[0],
      ...Object.fromEntries(late.map((file) => [`entry-of-${file}`, ENTRY + file])),
    },
    groups: [...modulesOf.keys()].map((name) => ({ name, test: (id) => assigned.get(id) === name })),
    plugin: {
      name: 'load modules when they are first called',
      resolveId(source, importer, { kind }) {
        if (source.startsWith(ENTRY)) return source
        if (importer?.startsWith(STUB)) return { id: source, external: true }
        // An `import()` loads its module late by itself.
        if (!source.startsWith('.') || importer === undefined || kind === 'dynamic-import') return undefined
        const module = join(dirname(importer), source)
        const file = lateFileOf.get(module)
        // With a relative path, since the bundle shows where code comes from.
        return file === undefined || file === lateFileOf.get(importer)
          ? undefined
          : STUB + relative(root, module)
      },
      load(id) {
        if (id.startsWith(ENTRY)) return entryOf(modulesOf.get(id.slice(ENTRY.length)), root)
        if (!id.startsWith(STUB)) return undefined
        const module = join(root, id.slice(STUB.length))
        return stubOf(functionsOf(module, root), `./${lateFileOf.get(module)}.cjs`)
      },
      buildEnd() {
        const assign = (id, file) => {
          if (assigned.has(id)) return
          assigned.set(id, id.startsWith(STUB) ? start : file)
          for (const imported of this.getModuleInfo(id)?.importedIds ?? []) assign(imported, file)
        }
        for (const [file, modules] of modulesOf) for (const module of modules) assign(module, file)
      },
    },
  }
}

function checkPaths(paths, root) {
  for (const path of paths) {
    if (!existsSync(join(root, path))) throw new Error(`${path} is listed for the bundle, but does not exist`)
  }
  const twice = paths.find((path, index) => paths.indexOf(path) < index)
  if (twice !== undefined) throw new Error(`${twice} is listed twice for the bundle`)
}

function entryOf(modules, root) {
  return modules
    .map((module) => `export { ${functionsOf(module, root).join(', ')} } from ${JSON.stringify(module)}`)
    .join('\n')
}

function stubOf(names, file) {
  return names
    .map((name) => `export function ${name}(...args) { return require('${file}').${name}(...args) }`)
    .join('\n')
}

/** The names of the functions that a module exports. */
function functionsOf(module, root) {
  const lines = readFileSync(module, 'utf8').match(/^export (?!type |interface ).*$/gm) ?? []
  return lines.map((line) => {
    const name = /^export (?:async )?function\*? (\w+)/.exec(line)?.[1]
    if (name !== undefined) return name
    throw new Error(`${relative(root, module)} is loaded late and may export functions only, not: ${line}`)
  })
}
