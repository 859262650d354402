import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { formatGithub } from '../../src/report/github.ts'
import { formatJunit } from '../../src/report/junit.ts'
import { formatMarkdown } from '../../src/report/markdown.ts'
import { formatSarif } from '../../src/report/sarif.ts'
import { EMPTY, SAMPLE } from './sample.ts'
import { SARIF_SCHEMA } from './sarif-schema.ts'

const withImage = (image: string, file: string): typeof SAMPLE => ({
  ...EMPTY,
  diagnostics: [{ ...SAMPLE.diagnostics[0]!, args: { image }, at: { file, line: 1 } }],
})

describe('SARIF', () => {
  const ajv = new Ajv({ validateFormats: false })

  test.each([
    ['a full report', SAMPLE],
    ['an empty one', EMPTY],
    ['one with signs that SARIF reads', withImage('${TAG}/{0}:{{ .Values.tag }}', './a/./b.yaml')],
    ['one with what would be a link', withImage('[the fix](https://evil.example)', '../ä b.yaml')],
  ])('%s keeps to the standard', (_, report) => {
    const isSarif = ajv.compile(SARIF_SCHEMA)
    expect([isSarif(JSON.parse(formatSarif(report, '1.2.3'))), isSarif.errors]).toEqual([true, null])
  })

  test('the schema is one that can be missed', () => {
    const isSarif = ajv.compile(SARIF_SCHEMA)
    const log = JSON.parse(formatSarif(SAMPLE, '1.2.3'))
    log.runs[0].results[0].level = 'info'
    expect(isSarif(log)).toBe(false)
  })

  test('what stands in a message is neither a placeholder nor a link there', () => {
    const textOf = (image: string) =>
      JSON.parse(formatSarif(withImage(image, 'a.yaml'), '1.2.3')).runs[0].results[0].message.text.split(
        ' has',
      )[0]
    expect(textOf('${TAG}')).toBe('"${{TAG}}"')
    expect(textOf('[the fix](https://evil.example)')).toBe('"[the fix] (https://evil.example)"')
  })

  test('a finding has its rule, its place, and what it is about', () => {
    const [run] = JSON.parse(formatSarif(SAMPLE, '1.2.3')).runs
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'DEADLINE_EXCEEDED',
      'IMAGE_UNTAGGED',
      'REFERENCE_INVALID',
    ])
    expect(run.results[0]).toEqual({
      ruleId: 'IMAGE_UNTAGGED',
      ruleIndex: 1,
      level: 'warning',
      message: {
        text: '"nginx" has no tag (defaults to latest), so it can change at any time; use a version tag in the source manifest',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'a%20b.yaml' },
            region: { startLine: 12, startColumn: 16 },
          },
          logicalLocations: [
            {
              fullyQualifiedName: 'Deployment shop/web/app/spec.template.spec.containers[0].image',
              kind: 'resource',
            },
          ],
        },
      ],
      partialFingerprints: {
        'pinpull/v1':
          'IMAGE_UNTAGGED|a b.yaml: Deployment shop/web, container app, spec.template.spec.containers[0].image|nginx',
      },
    })
    expect(run.results[2].locations).toEqual([{ physicalLocation: { artifactLocation: { uri: 'stdin' } } }])
  })

  test('a finding keeps its fingerprint when lines move', () => {
    const moved = {
      ...SAMPLE,
      diagnostics: SAMPLE.diagnostics.map((one) =>
        one.at === undefined ? one : { ...one, at: { ...one.at, line: 99, column: 1, document: 7 } },
      ),
    }
    const prints = (report: typeof SAMPLE) =>
      JSON.parse(formatSarif(report, '1.2.3')).runs[0].results.map(
        (result: { partialFingerprints: object }) => result.partialFingerprints,
      )
    expect(prints(moved)).toEqual(prints(SAMPLE))
  })

  test.each([
    ['/abs/ä#1.yaml', 'file:///abs/%C3%A4%231.yaml'],
    ['a?b.yaml', 'a%3Fb.yaml'],
    ['./a/./b.yaml', 'a/b.yaml'],
    ['../a/b.yaml', '../a/b.yaml'],
    ['.', '.'],
  ])('the file %s has the URI %s', (file, uri) => {
    const report = { ...EMPTY, diagnostics: [{ ...SAMPLE.diagnostics[0]!, at: { file } }] }
    const [result] = JSON.parse(formatSarif(report, '1.2.3')).runs[0].results
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe(uri)
  })
})

/** Why a text is no well-formed XML 1.0, as far as elements, attributes, references and characters go. */
function malformation(xml: string): string | undefined {
  const odd = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u.exec(xml)
  if (odd) return `a character that XML does not have at ${odd.index}`
  const open: string[] = []
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  const tokens = body.match(/<[^<]*|[^<]+/g) ?? []
  for (const token of tokens) {
    const text = token.replace(/^<[^>]*>/, '')
    if (/&(?!(amp|lt|gt|quot|#\d+);)|>/.test(text)) return `a bare sign in ${text}`
    const [tag = ''] = /^<[^>]*>/.exec(token) ?? []
    if (tag === '') {
      if (token.startsWith('<')) return `an unfinished tag ${token}`
    } else if (tag.startsWith('</')) {
      if (open.pop() !== tag.slice(2, -1)) return `${tag} closes nothing`
    } else {
      const start = /^<([\w-]+)((?: \w+="[^"<&]*(?:&(?:amp|lt|gt|quot|#\d+);[^"<&]*)*")*)(\/?)>$/.exec(tag)
      if (start === null) return `a broken tag ${tag}`
      if (start[3] === '') open.push(start[1] as string)
    }
  }
  return open.length > 0 ? `${open.join(', ')} left open` : undefined
}

describe('JUnit', () => {
  test.each([
    ['a full report', SAMPLE],
    ['an empty one', EMPTY],
  ])('%s is well-formed', (_, report) => {
    expect(malformation(formatJunit(report))).toBe(undefined)
  })

  test.each(['<a><b></a></b>', '<a b="c&d"/>', '<a b="<"/>', '<a>&</a>', '<a>', '<a', '<a>\u0000</a>'])(
    'and %s is not',
    (xml) => expect(malformation(xml)).not.toBe(undefined),
  )

  test('a case an image, failed where an error was found', () => {
    expect(formatJunit(SAMPLE)).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="pinpull">
  <testsuite name="a b.yaml" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="Deployment shop/web" name="app spec.template.spec.containers[0].image">
      <system-out>warning IMAGE_UNTAGGED: &quot;nginx&quot; has no tag (defaults to latest), so it can change at any time at a b.yaml:12:16: Deployment shop/web, container app, spec.template.spec.containers[0].image; use a version tag in the source manifest</system-out>
    </testcase>
    <testcase classname="Deployment shop/web" name="bad spec.template.spec.containers[1].image">
      <failure type="REFERENCE_INVALID" message="&quot;Bad|&lt;image&gt;&quot;&amp;&quot;&quot; is not an image reference: upper case: 100%, really">error REFERENCE_INVALID: &quot;Bad|&lt;image&gt;&quot;&amp;&quot;&quot; is not an image reference: upper case: 100%, really at a b.yaml:20:16: Deployment shop/web, container bad, spec.template.spec.containers[1].image; correct the image, or exclude this field</failure>
    </testcase>
  </testsuite>
  <testsuite name="stdin" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="pinpull" name="spec.image"/>
    <testcase classname="pinpull" name="input">
      <failure type="DEADLINE_EXCEEDED" message="nginx: timed out after 5 s (--timeout), before docker.io responded">error DEADLINE_EXCEEDED: nginx: timed out after 5 s (--timeout), before docker.io responded; raise --timeout, or find out which registry is slow with --verbose</failure>
    </testcase>
  </testsuite>
</testsuites>
`)
  })

  test('findings that are about no field are told apart by their lines', () => {
    const invalid = { code: 'YAML_INVALID', severity: 'error', args: { reason: 'x' } } as const
    const at = { file: 'a.yaml', document: 1 }
    const diagnostics = [1, 1, 2].map((line) => ({ ...invalid, at: { ...at, line } }))
    expect(formatJunit({ ...EMPTY, diagnostics })).toContain(
      '<testsuite name="a.yaml" tests="2" failures="2" errors="0" skipped="0">',
    )
  })

  test('nothing at all is an empty list of suites', () => {
    expect(formatJunit(EMPTY)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="pinpull">\n</testsuites>\n',
    )
  })

  test('what XML cannot hold does not make it malformed', () => {
    const at = { file: 'a\u0000\u0008"<\n\ud800.yaml', line: 1 }
    const xml = formatJunit({ ...EMPTY, diagnostics: [{ ...SAMPLE.diagnostics[2]!, at }] })
    expect(xml).toContain('<testsuite name="a&quot;&lt;&#10;.yaml" tests="1"')
    expect(malformation(xml)).toBe(undefined)
  })
})

describe('Markdown', () => {
  test('findings, then images', () => {
    const lines = formatMarkdown(SAMPLE).split('\n')
    expect(lines.slice(0, 6)).toEqual([
      '### Pinpull: profile prod',
      '',
      '| Severity | Code | What | Where | Next |',
      '| --- | --- | --- | --- | --- |',
      '| warning | IMAGE_UNTAGGED | "nginx" has no tag (defaults to latest), so it can change at any time | a b.yaml:12:16: Deployment shop/web, container app, spec.template.spec.containers\\[0\\].image | use a version tag in the source manifest |',
      '| error | REFERENCE_INVALID | "Bad\\|\\<image\\>"\\&"" is not an image reference: upper case: 100%, really | a b.yaml:20:16: Deployment shop/web, container bad, spec.template.spec.containers\\[1\\].image | correct the image, or exclude this field |',
    ])
    expect(lines).toContain('| Image | Outcome | Pull policy | Where |')
    expect(lines.find((line) => line.startsWith('| `Bad'))).toContain(
      '| `Bad\\|<image>"&"` | failed: not a reference | unset |',
    )
  })

  test('a value cannot become markup', () => {
    const args = { image: '[x](https://evil.example) www.evil.example @admins `<b>`', reason: 'a\nb | c' }
    const report = { ...EMPTY, diagnostics: [{ ...SAMPLE.diagnostics[1]!, args }] }
    expect(formatMarkdown(report)).toContain(
      '| "\\[x\\](https:/<!-- -->/evil.example) www<!-- -->.evil.example @<!-- -->admins \\`\\<b\\>\\`" is not an image reference: a b \\| c |',
    )
    const entry = { ...SAMPLE.images[2]!, image: 'a``b|c', result: 'a``b|c' }
    expect(formatMarkdown({ ...EMPTY, images: [entry] })).toContain('| ``` a``b\\|c ``` |')
  })

  test('no findings', () => {
    expect(formatMarkdown(EMPTY)).toBe('### Pinpull: profile prod\n\nNo errors or warnings.\n')
  })
})

describe('GitHub annotations', () => {
  test('one command a finding', () => {
    expect(formatGithub(SAMPLE)).toBe(
      [
        '::warning file=a b.yaml,line=12,col=16,title=IMAGE_UNTAGGED::"nginx" has no tag (defaults to latest), so it can change at any time (Deployment shop/web); use a version tag in the source manifest',
        '::error file=a b.yaml,line=20,col=16,title=REFERENCE_INVALID::"Bad|<image>"&"" is not an image reference: upper case: 100%25, really (Deployment shop/web); correct the image, or exclude this field',
        '::error title=DEADLINE_EXCEEDED::nginx: timed out after 5 s (--timeout), before docker.io responded; raise --timeout, or find out which registry is slow with --verbose',
        '',
      ].join('\n'),
    )
  })

  test('a file name cannot end the command', () => {
    const at = { file: 'a::b,c\n::error ::d.yaml' }
    const report = { ...EMPTY, diagnostics: [{ ...SAMPLE.diagnostics[2]!, at }] }
    expect(formatGithub(report)).toBe(
      '::error file=a%3A%3Ab%2Cc%0A%3A%3Aerror %3A%3Ad.yaml,title=DEADLINE_EXCEEDED::nginx: timed out after 5 s (--timeout), before docker.io responded; raise --timeout, or find out which registry is slow with --verbose\n',
    )
  })

  test('nothing found is nothing said', () => {
    expect(formatGithub(EMPTY)).toBe('')
  })
})
