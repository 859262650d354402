/** Says whether a file, or a folder with all that is below it, is meant. */
export type FilePattern = (path: string) => boolean

/**
 * Compiles a pattern for paths, as `.gitignore` has them: `*` stands for characters of one name, `**` for names of folders, `?`
 * for one character. A pattern without a slash means that name wherever it is; one with a slash the path from where it
 * begins.
 * @param pattern such as `values*.yaml`, `charts/**` or `**\/tests/*.yaml`
 * @returns takes paths with slashes, as findings show them
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
