import type { TextFiles } from '../../src/files/text-files.ts'

/**
 * A file system from a table of texts by path. Folders exist if they contain files.
 *
 * @param unreadable paths that cannot be read
 */
export function fixedFiles(
  texts: Readonly<Record<string, string>>,
  unreadable: readonly string[] = [],
): TextFiles {
  const refuse = (path: string): void => {
    if (unreadable.includes(path)) throw Object.assign(new Error('permission denied'), { code: 'EACCES' })
  }
  return {
    async readText(path) {
      refuse(path)
      return texts[path]
    },
    async list(path) {
      refuse(path)
      const inside = Object.keys(texts).filter((file) => file.startsWith(`${path}/`))
      const names = new Set(inside.map((file) => file.slice(path.length + 1).split('/')[0] as string))
      return names.size === 0 ? undefined : [...names].sort()
    },
  }
}
