import { quoteYaml } from '../diagnostics/printable.ts'

/**
 * Formats plain data as block YAML that every version of YAML reads alike: a string that could be misread is a JSON string.
 * Hidden characters are escaped. Only for what Pinpull lists: manifests are never written with it.
 *
 * @param value what `JSON.stringify` takes; undefined properties are left out
 * @returns lines, the last one complete
 */
export function formatYaml(value: unknown): string {
  return `${format(value, '')}\n`
}

function format(value: unknown, indent: string): string {
  if (typeof value === 'string') return PLAIN.test(value) && !WORD.test(value) ? value : quoteYaml(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isEmpty(value)) return Array.isArray(value) ? '[]' : '{}'
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    return value.map((item) => `${indent}- ${format(item, deeper).trimStart()}`).join('\n')
  }
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .map(([key, one]) => {
      const name = `${indent}${format(key, '')}:`
      return typeof one === 'object' && one !== null && !isEmpty(one)
        ? `${name}\n${format(one, deeper)}`
        : `${name} ${format(one, '')}`
    })
    .join('\n')
}

/** Text that is text in every version of YAML, unless it is one of the words. */
const PLAIN = /^[A-Za-z][A-Za-z0-9./-]*$/
const WORD = /^(?:true|false|null|yes|no|on|off|y|n)$/i

function isEmpty(value: object): boolean {
  return Object.values(value).every((one) => one === undefined)
}
