import { resolveAlias } from '../../src/yaml/lookup.ts'
import type { YamlNode } from '../../src/yaml/nodes.ts'
import { createReader } from '../../src/yaml/reader.ts'
import { createTypeHeaderReader } from '../../src/yaml/scanner/type-header.ts'
import { splitStream } from '../../src/yaml/stream.ts'

/** Reports documents whose first lines have another type than the whole document. */
export function typeDisagreements(bytes: Uint8Array): string[] {
  const typeOf = createTypeHeaderReader(bytes, () => true)
  const read = createReader(bytes)
  return splitStream(bytes).flatMap((range) => {
    const type = typeOf(range)
    if (type === undefined) return []
    const { contents, errors } = read(range)
    if (errors.length > 0) return []
    const [apiVersion, kind] = [textAt(contents, 'apiVersion'), textAt(contents, 'kind')]
    if (apiVersion === type.apiVersion && kind === type.kind) return []
    const text = Buffer.from(bytes.subarray(range.start, range.end)).toString('utf8')
    return [`${JSON.stringify(text)}\nlines: ${JSON.stringify(type)}\nwhole: ${apiVersion} ${kind}`]
  })
}

/** The text of the value that counts, string or not. */
function textAt(contents: YamlNode | undefined, key: string): string | undefined {
  const root = contents === undefined ? undefined : resolveAlias(contents)
  const value = root?.kind === 'mapping' ? root.find(key)?.entry.value : undefined
  const node = value === undefined ? undefined : resolveAlias(value)
  return node?.kind === 'scalar' ? node.value : undefined
}
