import type { FieldPath } from '../../yaml/nodes.ts'
import type { ValueChange } from './values-edit.ts'

/** A path as Helm's `--set` takes it: `a.b[0].c`, with a backslash before special characters of a key (Helm, pkg/strvals). */
export function formatSetPath(path: FieldPath): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`
      return (i === 0 ? '' : '.') + escapeSpecial(step)
    })
    .join('')
}

/** The argument of `--set-string` that sets a value. */
export function formatSetOption({ path, value }: ValueChange): string {
  return `${formatSetPath(path)}=${value.replaceAll(/[,\\]/g, (character) => `\\${character}`)}`
}

function escapeSpecial(key: string): string {
  return key.replaceAll(/[.,[\]=\\]/g, (character) => `\\${character}`)
}
