/**
 * Compiles a pattern of one word, such as a resource's name: `*` stands for any characters, `?` for one. It has to
 * match the whole word, and case matters, as it does to Kubernetes.
 */
export function parseGlob(pattern: string): RegExp {
  const source = pattern.replace(/[*?]|[^*?]+/g, (piece) => {
    if (piece === '*') return '.*'
    if (piece === '?') return '.'
    return piece.replace(/[\\^$.|+()[\]{}]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 's')
}
