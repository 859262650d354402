import { readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const ENTRY = '\0deferred-entry:'
const STUB = '\0deferred:'

/**
 * Lets a bundle load modules when one of their functions is first called, though the sources import them like any other:
 * an import of such a module becomes one of a stub, whose functions `require` the file that the module lies in. So the
 * sources need no seams, and the library, which is not bundled, has none.
 *
 * @param groups for each file that is to be made the modules in it, from the root on
 * @param root the project's folder
 */
export function deferring(groups, root) {
  const modulesOf = (group) => groups[group].map((file) => join(root, file))
  const groupOf = new Map(Object.keys(groups).flatMap((group) => modulesOf(group).map((id) => [id, group])))
  return {
    names: Object.keys(groups),
    modulesOf,
    /** What makes the bundler write the files; what it calls these entries itself is not to be kept. */
    entries: Object.fromEntries(Object.keys(groups).map((group) => [`entry-of-${group}`, ENTRY + group])),
    plugin: {
      name: 'what is seldom needed is loaded when it is called',
      resolveId(source, importer) {
        if (source.startsWith(ENTRY)) return source
        if (importer?.startsWith(STUB)) return { id: source, external: true }
        if (!source.startsWith('.') || importer === undefined) return undefined
        const id = join(dirname(importer), source)
        const group = groupOf.get(id)
        // Without the folder that the project happens to lie in, since the bundle names where code comes from.
        return group === undefined || group === groupOf.get(importer) ? undefined : STUB + relative(root, id)
      },
      load(id) {
        if (id.startsWith(ENTRY)) {
          return modulesOf(id.slice(ENTRY.length))
            .map(
              (module) => `export { ${functionsOf(module, root).join(', ')} } from ${JSON.stringify(module)}`,
            )
            .join('\n')
        }
        if (!id.startsWith(STUB)) return undefined
        const module = join(root, id.slice(STUB.length))
        const file = JSON.stringify(`./${groupOf.get(module)}.cjs`)
        return functionsOf(module, root)
          .map((name) => `export function ${name}(...all) { return require(${file}).${name}(...all) }`)
          .join('\n')
      },
    },
  }
}

/** The names of the functions that a module exports. */
function functionsOf(module, root) {
  const text = readFileSync(module, 'utf8')
  const exported = [...text.matchAll(/^export (?!type |interface )(?:async )?(\w+)\*? (\w+)/gm)]
  const other = exported.find(([, kind]) => kind !== 'function')
  if (other !== undefined) {
    throw new Error(
      `${relative(root, module)} exports ${other[2]}, and can only be deferred if that is a function`,
    )
  }
  return exported.map(([, , name]) => name)
}
