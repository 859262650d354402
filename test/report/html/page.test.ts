import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatHtml } from '../../../src/report/html/page.ts'
import type { ShownInput, ShownLine } from '../../../src/report/html/shown-input.ts'
import type { Report } from '../../../src/report/report.ts'
import { EMPTY, SAMPLE } from '../sample.ts'

const plain = (text: string) => ({ text, isHidden: false, isMarked: false })
const HIDDEN = { text: '', isHidden: true, isMarked: false }

const EXCERPT: readonly ShownLine[] = [
  { number: 11, parts: [plain('  - name: app')] },
  { number: 12, parts: [plain('    image: '), { ...plain('nginx'), isMarked: true }, plain(' # '), HIDDEN] },
  { number: 13, parts: undefined },
  { number: 14, parts: undefined },
]

const INPUT: ShownInput = {
  file: 'a b.yaml',
  excerpt: ({ line }) => (line === 12 ? EXCERPT : []),
  hunks: [
    [
      { kind: 'same', number: 11, parts: [plain('  - name: app')] },
      { kind: 'removed', number: 12, parts: [plain('    image: nginx')] },
      {
        kind: 'added',
        number: 12,
        parts: [plain('    image: nginx'), { ...plain('@sha256:1'), isMarked: true }],
      },
    ],
  ],
}

const page = (report: Report, facts = {}) => formatHtml(report, '1.2.3', facts)

/** The page with an image of its own in place of each of the sample. */
const withImages = (images: readonly Partial<Report['images'][number]>[]) =>
  page({ ...EMPTY, images: images.map((one) => ({ ...SAMPLE.images[0]!, ...one })) })

describe('what stands on a page', () => {
  const text = page(SAMPLE, { command: 'pinpull check', inputs: [INPUT] })

  test.each<[what: string, fragment: string]>([
    [
      'the verdict',
      '<h1 class="verdict failed"><span class="sign" aria-hidden="true">✗</span> Failed: 2 errors</h1>',
    ],
    ['the command', '<p class="what"><code>pinpull check</code> with profile <code>prod</code></p>'],
    ['a count', '<li class="tile error"><span class="figure">2</span> <span class="name">errors</span></li>'],
    ['one of something', '<span class="figure">1</span> <span class="name">warning</span>'],
    ['the version', '<dt>Pinpull</dt><dd>version 1.2.3</dd>'],
    ['the inputs', '<dt>Inputs</dt><dd><code>a b.yaml</code></dd>'],
    ['the outcomes', '<dt>Outcomes</dt><dd>1 pinned, 1 failed, 1 unchanged</dd>'],
    [
      'the head of a finding',
      '<h3 id="warning-IMAGE_UNTAGGED"><span class="badge warning">warning</span> <span class="code-name">IMAGE_UNTAGGED</span> <span class="title">An image without a tag</span> </h3>\n<p class="next"><strong>Next:</strong> use a version tag in the source manifest</p>',
    ],
    [
      'the message of a finding and its place',
      '<p class="message">&quot;nginx&quot; has no tag (defaults to latest), so it can change at any time</p>\n<div class="place"><code>a b.yaml:12:16</code> <small>Deployment shop/web, container app</small> <code class="path">spec.template.spec.containers[0].image</code></div>',
    ],
    [
      'the lines around it',
      '<pre class="code"><span class="line"><span class="number">11</span><code>  - name: app\n</code></span><span class="line here"><span class="number">12</span><code>    image: <mark>nginx</mark> # <span class="value">•••</span>\n</code></span><span class="line"><span class="number">13</span><code><span class="left-out">lines of a Secret are not shown</span>\n</code></span></pre>',
    ],
    [
      'an image that changed',
      '<td role="cell" data-label="After"><div><code>nginx<span class="digest">@sha256:0000000000000000000000000000000000000000000000000000000000000001</span></code></div></td><td role="cell" data-label="Digest"><div><code class="digest">sha256:000000000000…</code></div></td>',
    ],
    [
      'a pull policy that changed',
      '<td role="cell" data-label="Pull policy"><div><span class="policy">unset →</span> <strong class="policy">IfNotPresent</strong></div></td>',
    ],
    [
      'a change',
      '<del><span class="line removed"><span class="number">12</span><span class="sign">−</span><code>    image: nginx\n</code></span></del><ins><span class="line added"><span class="number">12</span><span class="sign">+</span><code>    image: nginx<mark>@sha256:1</mark>\n</code></span></ins>',
    ],
  ])('%s', (_, fragment) => {
    expect(text).toContain(fragment)
  })

  test('errors come first, whatever the order of the report', () => {
    expect(text.match(/(?<=<h3 id=")[\w-]+/g)).toEqual([
      'error-REFERENCE_INVALID',
      'error-DEADLINE_EXCEEDED',
      'warning-IMAGE_UNTAGGED',
    ])
  })

  test.each<[name: string, report: Report, verdict: string]>([
    ['nothing was found', EMPTY, 'passed"><span class="sign" aria-hidden="true">✓</span> Passed'],
    [
      'there are warnings',
      { ...EMPTY, diagnostics: SAMPLE.diagnostics.slice(0, 1) },
      'warned"><span class="sign" aria-hidden="true">!</span> Passed with 1 warning',
    ],
    [
      'the run was killed',
      { ...EMPTY, diagnostics: [{ code: 'RUN_UNFINISHED', severity: 'error', args: {} }] },
      'failed"><span class="sign" aria-hidden="true">✗</span> Not finished',
    ],
  ])('the verdict where %s', (_, report, verdict) => {
    expect(page(report)).toContain(`<h1 class="verdict ${verdict}</h1>`)
  })

  test('the verdict of --fail-on', () => {
    const warned = { ...EMPTY, diagnostics: SAMPLE.diagnostics.slice(0, 1) }
    expect(page(warned, { isFailed: true })).toContain('Failed: 1 warning</h1>')
    expect(page(SAMPLE, { isFailed: false })).toContain('Passed with 2 errors</h1>')
  })

  test('a page without images, findings and changes says so', () => {
    const empty = page(EMPTY)
    expect(empty).toContain('<p class="nothing">No errors or warnings.</p>')
    expect(empty).toContain('<p class="nothing">No image was looked at.</p>')
    expect(empty).not.toContain('id="changes"')
  })

  test.each([
    [{ origin: 'ghcr.io', originKind: 'registry' }, 'registry <code>ghcr.io</code>'],
    [{ origin: 'pinpull.lock.yaml', originKind: 'lock' }, 'lock file <code>pinpull.lock.yaml</code>'],
    [{ origin: 'ghcr.io', originKind: 'cache' }, 'cached answer of <code>ghcr.io</code>'],
    [{ origin: undefined, result: 'nginx@sha256:12' }, 'the manifest'],
    [{ origin: undefined, result: 'nginx' }, '<span class="none">none</span>'],
  ] as const)('the source of a digest: %j', (facts, cell) => {
    expect(withImages([facts as never])).toContain(`data-label="Source"><div>${cell}</div>`)
  })

  test('the platforms of an image', () => {
    const cell = 'data-label="Platforms"><div>'
    expect(withImages([{ platforms: ['linux/amd64', 'linux/arm64'] }])).toContain(
      `${cell}<span class="platform">linux/amd64</span>, <span class="platform">linux/arm64</span></div>`,
    )
    expect(withImages([{}])).toContain(`${cell}<span class="none">not read</span></div>`)
  })

  test('fields with the same image and result are one row, however many', () => {
    const lines = [1, 2, 3, 4, 5, 6]
    const rows = withImages(lines.map((line) => ({ at: { file: 'a.yaml', line, column: 1 } })))
    expect(rows.match(/<tr role="row"><td/g)).toHaveLength(1)
    expect(rows).toContain(
      '<li><code>a.yaml:4:1</code></li></ul><details><summary>2 more places</summary><ul class="places"><li><code>a.yaml:5:1</code></li><li><code>a.yaml:6:1</code></li></ul></details>',
    )
    expect(withImages([{}, { policyAfter: 'Always' }]).match(/<tr role="row"><td/g)).toHaveLength(2)
  })

  test('a registry that fails for many images is one message with all of them', () => {
    const failed = (image: string, line: number) => ({
      code: 'DEADLINE_EXCEEDED' as const,
      severity: 'error' as const,
      args: { image, timeout: '5s', registry: 'ghcr.io' },
      at: { line, column: 1 },
    })
    const many = page({ ...EMPTY, diagnostics: [failed('a:1', 3), failed('b:1', 4)] })
    expect(many.match(/<p class="message">/g)).toHaveLength(1)
    expect(many).toContain('<div class="place"><code>b:1</code> <code>&lt;stdin&gt;:4:1</code></div>')
  })

  test('of a long line only what is around the mark is shown', () => {
    const long = [plain('a'.repeat(1000)), { ...plain('nginx'), isMarked: true }, plain('b'.repeat(1000))]
    const input = { ...INPUT, excerpt: () => [{ number: 12, parts: long }] }
    expect(page(SAMPLE, { inputs: [input] })).toContain(
      `<code> … ${'a'.repeat(120)}<mark>nginx</mark>${'b'.repeat(120)} … \n</code>`,
    )
  })
})

describe('the same run gives the same bytes', () => {
  test('twice', () => {
    expect(page(SAMPLE, { inputs: [INPUT] })).toBe(page(SAMPLE, { inputs: [INPUT] }))
  })

  test('and a time is only there if it is given', () => {
    expect(page(EMPTY)).not.toContain('<time')
    expect(page(EMPTY, { time: '2026-11-27T00:00:00Z' })).toContain(
      '<dt>Time</dt><dd><time datetime="2026-11-27T00:00:00Z">2026-11-27T00:00:00Z</time></dd>',
    )
  })
})

describe('a page is closed', () => {
  test('its policy allows its own style and script, and nothing else', () => {
    const text = page(SAMPLE, { inputs: [INPUT] })
    const hashOf = (element: 'style' | 'script') => {
      const [, content = ''] = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(text) ?? []
      expect(content.length).toBeGreaterThan(1000)
      return createHash('sha256').update(content).digest('base64')
    }
    expect(/(?<=Content-Security-Policy" content=").*?(?=">)/.exec(text)?.[0]).toBe(
      `default-src 'none'; style-src 'sha256-${hashOf('style')}'; script-src 'sha256-${hashOf('script')}'; base-uri 'none'; form-action 'none'`,
    )
  })

  test('it refers to nothing outside of itself', () => {
    const text = page(SAMPLE, { inputs: [INPUT] })
    expect(text.match(/\b(?:src|href|action|srcset|poster|data)="[^#][^"]*"|url\(|@import|https?:/g)).toBe(
      null,
    )
    // Nothing that would need more than the policy allows.
    expect(text.match(/\s(?:style|on\w+)="/g)).toBe(null)
  })

  test.each<[value: string, shown: string]>([
    ['</script><script>alert(1)</script>', '&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;'],
    ['"\'><img src=x onerror=alert(1)>', '&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;'],
    ['&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['a\u202eb', 'a<span class="hidden-character">U+202E</span>b'],
    ['a\u200bb', 'a<span class="hidden-character">U+200B</span>b'],
    ['a\u{e0041}b', 'a<span class="hidden-character">U+E0041</span>b'],
    ['a\nb', 'a<span class="hidden-character">U+000A</span>b'],
    ['##vso[task]', '&#35;#vso[task]'],
  ])('%j', (value, shown) => {
    const images = [{ ...SAMPLE.images[0]!, image: value }]
    const text = page({ ...EMPTY, images })
    expect(text).toContain(`data-label="Before"><div><code>${shown}</code></div>`)
    const hostile = {
      file: value,
      line: 1,
      container: value,
      resource: { apiVersion: 'v1', kind: value, name: value },
    }
    const everywhere = page(
      {
        profile: value,
        images: [
          { ...images[0]!, at: hostile, reason: value, origin: value, pinBy: value, platforms: [value] },
        ],
        diagnostics: [
          {
            code: 'REFERENCE_INVALID',
            severity: 'error',
            args: { image: value, reason: value },
            at: hostile,
          },
        ],
      },
      { inputs: [{ ...INPUT, file: value, excerpt: () => [{ number: 1, parts: [plain(value)] }] }] },
    )
    expect(everywhere.match(/<(?:img|b)\b/g)).toBe(null)
    expect(everywhere.match(/<script>/g)).toHaveLength(1)
    expect(/[\u202e\u200b]|\u{e0041}/u.exec(everywhere)).toBe(null)
  })
})
