import { describe, expect, test } from 'vitest'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { commentOutPreamble, findHelmPreamble } from '../../src/hosts/helm-preamble.ts'
import { composeOutput, detectHost, hostDiagnostics } from '../../src/hosts/host.ts'
import { readDocuments } from '../../src/yaml/documents.ts'
import { readSource } from '../../src/yaml/source.ts'

const hostOf = (text: string, helmPlugin = false, krm = text.includes('ResourceList')) => {
  const bytes = Buffer.from(text)
  const preamble = findHelmPreamble(bytes)
  const source = readSource(preamble === undefined ? bytes : commentOutPreamble(bytes, preamble))
  return { source, host: detectHost(readDocuments(source).documents, { helmPlugin, krm, preamble }) }
}

/** What is delivered for an input, an output (absent: the run failed) and findings. */
const delivered = (
  text: string,
  output: string | undefined,
  { helmPlugin = false, diagnostics = [] as readonly Diagnostic[] } = {},
): string | undefined => {
  const { source, host } = hostOf(text, helmPlugin)
  const bytes = output === undefined ? undefined : output === text ? source.bytes : Buffer.from(output)
  const result = composeOutput(host, source, bytes && [bytes], diagnostics)
  return result === undefined ? undefined : Buffer.concat(result).toString()
}

const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n'
const list = `apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- ${pod.trim().replaceAll('\n', '\n  ')}\n`

test.each([
  ['a pipe', pod, false, false, 'stream'],
  ['Helm 4', pod, true, false, 'helm-plugin'],
  ['kustomize and kpt', list, false, true, 'resource-list'],
  ['a function that Helm runs further out', list, true, true, 'resource-list'],
  ['a pipe that carries what only a function gets', list, false, false, 'stream'],
  ['a chart that renders what only a function gets', list, true, false, 'helm-plugin'],
  ['a function that is handed manifests', pod, false, true, 'stream'],
])('%s is told apart by what the caller says', (_, text, helmPlugin, krm, kind) => {
  expect(hostOf(text, helmPlugin, krm).host.kind).toBe(kind)
})

describe('a stream', () => {
  test('is handed on as it is', () => {
    expect(delivered(pod, `${pod}spec: {}\n`)).toBe(`${pod}spec: {}\n`)
  })

  test('is nothing when the run failed', () => {
    expect(delivered(pod, undefined)).toBeUndefined()
  })

  test.each([
    ['an object', `${pod}---\n${pod}`, pod, 2, 1],
    ['everything', pod, '', 1, 0],
    ['JSON', '{"kind":"Pod"}\n---\n{"kind":"Pod"}', '{"kind":"Pod"}', 2, 1],
  ])('that would lose %s is an error', (_, before, after, came, goes) => {
    expect(() => delivered(before, after)).toThrow(
      expect.objectContaining({ code: 'OBJECTS_LOST', args: { before: came, after: goes } }),
    )
  })

  test('may lose an image that looks like a key, since it is none', () => {
    const before = `${pod}spec:\n  containers:\n  - image: kind:1.0\n`
    const after = before.replace('kind:1.0', 'kind@sha256:0')
    expect(delivered(before, after)).toBe(after)
  })

  const underscore = `
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.
`
  const pulled = 'Pulled: registry.example.com/charts/web:1.2.3\nDigest: sha256:0123456789abcdef\n'
  test.each([
    ["what helm says of a chart's pull", `${pulled}---\n${pod}`, `---\n${pod}`],
    ['it with CRLF', `${pulled.replaceAll('\n', '\r\n')}---\r\nkind: Pod\r\n`, '---\r\nkind: Pod\r\n'],
    ['it where there is nothing else', pulled, ''],
    [
      'it behind a mark, with CRLF',
      `\ufeff${pulled.replaceAll('\n', '\r\n')}---\r\nkind: Pod\r\n`,
      '---\r\nkind: Pod\r\n',
    ],
    ['it behind blank lines', `\n \n${pulled}---\n${pod}`, `---\n${pod}`],
    [
      'it behind a mark and a blank line, and a blank line behind it',
      `\ufeff\n${pulled}\n---\n${pod}`,
      `---\n${pod}`,
    ],
    [
      'blank lines within it, and a mark behind it',
      `${pulled.replace('\n', '\n\n')}\ufeff---\n${pod}`,
      `---\n${pod}`,
    ],
    ['it behind a comment', `# helm\n${pulled}---\n${pod}`, `# helm\n---\n${pod}`],
    ['it behind a message, with CRLF', `a b\r\n${pulled}---\n${pod}`, `a b\r\n---\n${pod}`],
    ['it behind a marker', `---\n${pulled}---\n${pod}`, `---\n---\n${pod}`],
    ['it before a message', `${pulled}a b\n---\n${pod}`, `a b\n---\n${pod}`],
    [
      'it in the other order',
      `${pulled.split('\n').reverse().join('\n').trim()}\n---\n${pod}`,
      `---\n${pod}`,
    ],
    ['it before a document without a marker', `${pulled}${pod}`, pod],
    ['several of it', `${pulled}${pulled}\n---\n${pod}`, `---\n${pod}`],
    ['it without a line break at the end', pulled.trimEnd(), ''],
    [
      'what helm says of a version with a plus sign',
      `${pulled}registry.example.com/charts/web:1.2.3_a contains an underscore.\n${underscore}---\n${pod}`,
      `---\n${pod}`,
    ],
    [
      'what helm says of a login and of an old chart',
      `Login Succeeded\nWarning: chart media type application/tar+gzip is deprecated\n${pulled}---\n${pod}`,
      `---\n${pod}`,
    ],
  ])('loses %s', (_, before, after) => {
    expect(delivered(before, before)).toBe(after)
  })

  test.each([
    ['a document that only looks like it', `Pulled: a\nDigest: b\nkind: Pod\n`],
    ['one half of it', `${pulled.split('\n')[0]}\n---\n${pod}`],
    ['one behind a document', `a\n---\n${pulled}---\n${pod}`],
    ['one within a manifest', `kind: Pod\n${pulled}---\n${pod}`],
    ['one in JSON', `{"a":\n${pulled}}\n`],
    ['one in a text', `- |\n${pulled}---\n${pod}`],
    ['one that is indented', `a:\n${pulled.replaceAll(/^/gm, '  ').trimEnd()}\n---\n${pod}`],
    ['one behind a long text', `${'# a\n'.repeat(5000)}${pulled}---\n${pod}`],
  ])('keeps %s', (_, text) => {
    expect(delivered(text, text)).toBe(text)
  })
})

describe('Helm 4', () => {
  test.each([
    ['nothing', ''],
    ['a line break', '\n'],
    ['white space', ' \t\r\n\n'],
  ])('gets a comment for %s, which it would take for a failure', (_, text) => {
    expect(delivered(text, text, { helmPlugin: true })).toBe('# pinpull: no manifests\n')
    expect(delivered(text, text)).toBe(text)
  })

  test('gets nothing for a failure', () => {
    expect(delivered('', undefined, { helmPlugin: true })).toBeUndefined()
  })
})

describe('a ResourceList', () => {
  const diagnostics: readonly Diagnostic[] = [
    {
      code: 'OBJECTS_LOST',
      severity: 'error',
      args: { before: 2, after: 1 },
      at: {
        document: 1,
        line: 4,
        resource: { apiVersion: 'v1', kind: 'Pod', name: 'web' },
        path: 'items[0].spec.containers[0].image',
      },
    },
  ]
  const result =
    '{"message":"2 objects came in and 1 would go out; this is a bug in Pinpull; please report it",' +
    '"severity":"error","resourceRef":{"apiVersion":"v1","kind":"Pod","name":"web"},' +
    '"field":{"path":"spec.containers[0].image"},"tags":{"code":"OBJECTS_LOST"}}'

  test('comes back unchanged when the run failed, with the findings in it', () => {
    expect(delivered(list, undefined, { diagnostics })).toBe(`results:\n- ${result}\n${list}`)
  })

  test('comes back changed, with the findings in it', () => {
    const output = list.replace('name: web', 'name: pod')
    expect(delivered(list, output, { diagnostics })).toBe(`results:\n- ${result}\n${output}`)
  })

  test('comes back as it is where there is nothing to say', () => {
    expect(delivered(list, list)).toBe(list)
  })

  test('tells which file an item is from', () => {
    const annotations =
      "annotations: {internal.config.kubernetes.io/path: 'a/pod.yaml', internal.config.kubernetes.io/index: '2'}"
    const annotated = list.replace('    name: web', `    name: web\n    ${annotations}`)
    expect(delivered(annotated, undefined, { diagnostics })).toContain(
      '"file":{"path":"a/pod.yaml","index":2},"tags"',
    )
  })

  test('may not lose an item', () => {
    expect(() => delivered(list, list.replace('kind: Pod', ''))).toThrow(
      expect.objectContaining({ code: 'OBJECTS_LOST' }),
    )
  })
})

describe('remarks on the host', () => {
  const remarks = (text: string, helmPlugin: boolean, reason: string) => {
    return hostDiagnostics(hostOf(text, helmPlugin).host, [
      { code: 'YAML_INVALID', severity: 'error', args: { reason } },
    ])
  }
  const alias = 'the alias *image stands for no anchor before it'

  test.each([
    [
      'an alias that Helm 4 broke',
      pod,
      true,
      alias,
      [{ code: 'HELM_BROKE_ALIAS', severity: 'info', args: {} }],
    ],
    ['an alias that its author broke', pod, false, alias, []],
    ['another problem', pod, true, 'a tab where none may be', []],
    ['an alias in a function', list, true, alias, []],
    [
      'what helm printed before the manifests',
      `Pulled: a.example.com/b:1\nDigest: sha256:c\n---\n${pod}`,
      false,
      '',
      [
        {
          code: 'HELM_PREAMBLE_REMOVED',
          severity: 'info',
          args: { chart: 'a.example.com/b:1', digest: 'sha256:c' },
        },
      ],
    ],
  ])('%s', (_, text, helmPlugin, reason, expected) => {
    expect(remarks(text, helmPlugin, reason)).toEqual(expected)
  })
})

test('what Helm printed is a comment to all that reads the stream', () => {
  const { source } = hostOf(`\ufeffPulled: a/b:1\r\nDigest: sha256:c\r\n---\r\n${pod}`)
  const { documents, diagnostics } = readDocuments(source)
  expect(source.text).toMatch(/^#[ ]+\r\n#[ ]+\r\n---\r\n/)
  expect([documents.length, diagnostics]).toEqual([1, []])
})
