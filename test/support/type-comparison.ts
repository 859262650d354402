import { follow, lookup } from '../../src/yaml/lookup.ts'
import type { YamlNode } from '../../src/yaml/nodes.ts'
import { createReader } from '../../src/yaml/reader.ts'
import { createTypeLines } from '../../src/yaml/scanner/type-header.ts'
import { splitStream } from '../../src/yaml/stream.ts'

/** Reports documents whose first lines have another type than the whole document. */
export function typeDisagreements(bytes: Uint8Array): string[] {
  const typeOf = createTypeLines(bytes, () => true)
  const read = createReader(bytes)
  return splitStream(bytes).flatMap((range) => {
    const type = typeOf(range)
    if (type === undefined) return []
    const { contents, problems } = read(range)
    if (problems.length > 0) return []
    const [apiVersion, kind] = [textAt(contents, 'apiVersion'), textAt(contents, 'kind')]
    if (apiVersion === type.apiVersion && kind === type.kind) return []
    const text = Buffer.from(bytes.subarray(range.start, range.end)).toString('utf8')
    return [`${JSON.stringify(text)}\nlines: ${JSON.stringify(type)}\nwhole: ${apiVersion} ${kind}`]
  })
}

/** The text of the value that counts, string or not. */
function textAt(contents: YamlNode | undefined, key: string): string | undefined {
  const root = contents === undefined ? undefined : follow(contents)
  const value = root?.kind === 'mapping' ? lookup(root, key)?.entry.value : undefined
  const node = value === undefined ? undefined : follow(value)
  return node?.kind === 'scalar' ? node.value : undefined
}
