import { expect, test } from 'vitest'
import type { Code } from '../../src/diagnostics/catalogue.ts'
import type { Args, Diagnostic, Location } from '../../src/diagnostics/diagnostic.ts'
import { formatDiagnostics } from '../../src/report/diagnostic-text.ts'
import { formatJson } from '../../src/report/json.ts'
import { formatReport } from '../../src/report/text.ts'

const at = (name: string, more: Partial<Location> = {}): Location => ({
  document: 1,
  line: 8,
  column: 12,
  resource: { apiVersion: 'v1', kind: 'Pod', name },
  path: 'spec.containers[0].image',
  ...more,
})
const failure = (code: Code, image: string, place: Location | undefined, args: Args = {}): Diagnostic => ({
  code,
  severity: 'error',
  args: { image, host: 'r.invalid', reason: 'DNS: ENOTFOUND', registry: 'r.invalid', ...args },
  ...(place && { at: place }),
})
const HINT = '  → check the spelling, and your network, DNS and proxy settings; or use --mirror or --locked'

test.each<[what: string, diagnostics: Diagnostic[], text: string[]]>([
  [
    'one image at one place',
    [failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p'))],
    [
      `error REGISTRY_HOST_UNKNOWN: r.invalid/a:1: r.invalid cannot be resolved (DNS: ENOTFOUND)
  at document 1, line 8, column 12: Pod p, spec.containers[0].image
${HINT}`,
    ],
  ],
  [
    'one image at two places',
    [
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p')),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('q', { document: 2 })),
    ],
    [
      `error REGISTRY_HOST_UNKNOWN: r.invalid/a:1: r.invalid cannot be resolved (DNS: ENOTFOUND)
  at document 1, line 8, column 12: Pod p, spec.containers[0].image
  at document 2, line 8, column 12: Pod q, spec.containers[0].image
${HINT}`,
    ],
  ],
  [
    'three images, one of them in two objects, one at no place',
    [
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p', { file: 'a.yaml' })),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/b:1', at('p', { file: 'a.yaml' })),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('q')),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/c:1', undefined),
    ],
    [
      `error REGISTRY_HOST_UNKNOWN: r.invalid cannot be resolved (DNS: ENOTFOUND); 3 images are affected
  r.invalid/a:1 (a.yaml, Pod p; Pod q), r.invalid/b:1 (a.yaml, Pod p), r.invalid/c:1
${HINT}`,
    ],
  ],
  [
    'two registries, and a tag that is not there',
    [
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p')),
      failure('MANIFEST_UNKNOWN', 'r.io/a:1', at('p'), { what: 'tag "1"', repository: 'a' }),
      failure('REGISTRY_HOST_UNKNOWN', 's.invalid/a:1', at('p'), { host: 's.invalid' }),
      failure('MANIFEST_UNKNOWN', 'r.io/a:2', at('p'), { what: 'tag "2"', repository: 'a' }),
    ],
    [
      expect.stringMatching(/^error REGISTRY_HOST_UNKNOWN: r\.invalid\/a:1: /) as unknown as string,
      expect.stringMatching(/^error MANIFEST_UNKNOWN: r\.io\/a:1: /) as unknown as string,
      expect.stringMatching(/^error REGISTRY_HOST_UNKNOWN: s\.invalid\/a:1: /) as unknown as string,
      expect.stringMatching(/^error MANIFEST_UNKNOWN: r\.io\/a:2: /) as unknown as string,
    ],
  ],
  [
    'errors and warnings of one cause',
    [
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p')),
      { ...failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/b:1', at('p')), severity: 'warning' },
    ],
    [
      expect.stringMatching(/^error /) as unknown as string,
      expect.stringMatching(/^warning /) as unknown as string,
    ],
  ],
  [
    'a file that every image needs',
    [
      failure('CREDENTIAL_FILE_INVALID', 'r.io/a:1', at('p'), {
        file: 'config.json',
        reason: 'it is not JSON',
      }),
      failure('CREDENTIAL_FILE_INVALID', 's.io/b:1', at('q'), {
        file: 'config.json',
        reason: 'it is not JSON',
      }),
    ],
    [
      expect.stringContaining(
        'cannot be used: it is not JSON; 2 images are affected\n  r.io/a:1 (Pod p), s.io/b:1 (Pod q)\n',
      ) as unknown as string,
    ],
  ],
  [
    'the same wrong in two manifests, each to be mended at its place',
    [
      failure('REFERENCE_INVALID', 'NGINX', at('p'), { reason: 'upper case' }),
      failure('REFERENCE_INVALID', 'NGINX', at('q'), { reason: 'upper case' }),
    ],
    [
      expect.stringContaining('Pod p') as unknown as string,
      expect.stringContaining('Pod q') as unknown as string,
    ],
  ],
])('%s', (_, diagnostics, text) => {
  expect(formatDiagnostics(diagnostics, false)).toEqual(text)
})

test('the summary counts causes, and reports for programs have every place', () => {
  const diagnostics = Array.from({ length: 40 }, (_, index) =>
    failure('REGISTRY_HOST_UNKNOWN', `r.invalid/app${index}:1`, at(`p${index}`)),
  )
  const report = { profile: 'prod', images: [], diagnostics }
  const text = formatReport(report, { verbosity: 'normal', color: false })
  expect(text).toContain('; 40 images are affected\n')
  expect(diagnostics.filter(({ args }) => !text.includes(`${args['image']} (Pod `))).toEqual([])
  expect(text.split('\n').filter((line) => line.length > 120)).toEqual([])
  expect(text.split('\n').length).toBeLessThan(20)
  expect(text).toMatch(/\npinpull: prod: 1 error in 0 images; nothing was written\n$/)
  expect(JSON.parse(formatJson(report, '1.0.0')).diagnostics).toHaveLength(40)
})
