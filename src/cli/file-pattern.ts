/** Whether a path, of a file or of a folder with everything below it, matches. */
export type FilePattern = (path: string) => boolean

/**
 * Compiles a pattern for paths in the style of `.gitignore`: `*` matches within one name, `**` across folders, `?` one
 * character. A pattern without a slash matches that name in any folder; one with a slash matches the path from its
 * beginning.
 *
 * @param pattern such as `values*.yaml`, `charts/**` or `**\/tests/*.yaml`
 * @returns a predicate for paths with slashes, as findings show them
 */
export function parseFilePattern(pattern: string): FilePattern {
  const trimmed = pattern.replace(/^\.\//, '').replace(/\/+$/, '')
  const expression = new RegExp(`^${toExpression(trimmed)}$`, 's')
  if (trimmed.includes('/')) return (path) => expression.test(path)
  return (path) => expression.test(path.slice(path.lastIndexOf('/') + 1))
}

function toExpression(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|[*?]|[\\^$.|+()[\]{}]/g, (piece) => {
    switch (piece) {
      case '**/':
        return '(?:.*/)?'
      case '**':
        return '.*'
      case '*':
        return '[^/]*'
      case '?':
        return '[^/]'
      default:
        return `\\${piece}`
    }
  })
}
