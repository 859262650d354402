import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readDocuments } from '../../src/yaml/documents.ts'
import { applyChanges } from '../../src/yaml/edit/document-edit.ts'
import { positionAt } from '../../src/yaml/position.ts'
import { readSource } from '../../src/yaml/source.ts'
import { describeShared } from '../support/shared.ts'
import { entriesNamed, textOf } from '../support/source.ts'

describeShared('corpus', 'real manifests, read as YAML', (folder) => {
  const files = readdirSync(folder).filter((file) => /\.(?:yaml|json)$/.test(file))

  test.each(files)('%s is read, and stays as it is where nothing is to change', (file) => {
    const source = readSource(readFileSync(join(folder, file)), file)
    const { documents, diagnostics } = readDocuments(source)
    expect(diagnostics).toEqual([])
    expect(documents.length).toBeGreaterThan(0)
    expect(documents[0]?.start).toBe(0)
    expect(documents.at(-1)?.end).toBe(source.bytes.length)
    expect(applyChanges(source, documents, [])).toBe(source.bytes)
  })

  test.each(files)('%s: an image key is where its position says', (file) => {
    const source = readSource(readFileSync(join(folder, file)), file)
    const lines = textOf(source.bytes).split('\n')
    for (const document of readDocuments(source).documents) {
      for (const { entry } of entriesNamed(document, 'image')) {
        const { line, column } = positionAt(source, entry.key.start)
        expect([...(lines[line - 1] ?? '')].slice(column - 1).join('')).toMatch(/^"?image"?:/)
      }
    }
  })

  test.each(files)('%s: every image and a new neighbour are written, and nothing else', (file) => {
    const source = readSource(readFileSync(join(folder, file)), file)
    const { documents } = readDocuments(source)
    const changes = documents.flatMap((document) =>
      entriesNamed(document, 'image').flatMap(({ mapping, entry }) => {
        const { value } = entry
        const insert = {
          kind: 'insert' as const,
          mapping,
          afterKey: entry.key.start,
          key: 'pinpullAdded',
          value: 'x',
        }
        if (value.kind !== 'scalar') return [insert]
        return [{ kind: 'set' as const, node: value, value: 'registry.example/image:1@sha256:0' }, insert]
      }),
    )
    const once = applyChanges(source, documents, changes)
    const result = textOf(once)
    const added = changes.filter(({ kind }) => kind === 'insert').length
    expect(result.match(/pinpullAdded/g)?.length ?? 0).toBe(added)
    expect(result.match(/registry\.example\/image:1@sha256:0/g)?.length ?? 0).toBe(changes.length - added)
  })
})
