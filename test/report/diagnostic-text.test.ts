import { expect, test } from 'vitest'
import type { Code } from '../../src/diagnostics/catalogue.ts'
import type { Args, Diagnostic, Location } from '../../src/diagnostics/diagnostic.ts'
import { formatDiagnostics } from '../../src/report/diagnostic-text.ts'
import { formatReportData } from '../../src/report/report-data.ts'
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

let request = 0

test.each<[what: string, diagnostics: Diagnostic[], text: string[]]>([
  [
    'one image at one place',
    [failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p'))],
    [
      `<stdin>:8:12: error REGISTRY_HOST_UNKNOWN: r.invalid/a:1: r.invalid cannot be resolved (DNS: ENOTFOUND)
  Pod p, spec.containers[0].image
${HINT}`,
    ],
  ],
  [
    'one image at two places',
    [
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p')),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('q', { document: 2, line: 20 })),
    ],
    [
      `<stdin>:8:12: error REGISTRY_HOST_UNKNOWN: r.invalid/a:1: r.invalid cannot be resolved (DNS: ENOTFOUND)
  Pod p, spec.containers[0].image
  also <stdin>:20:12: Pod q, spec.containers[0].image
${HINT}`,
    ],
  ],
  [
    'one image at seven places',
    [1, 2, 3, 4, 5, 6, 7].map((line) =>
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', { file: 'a.yaml', line }),
    ),
    [
      `a.yaml:1: error REGISTRY_HOST_UNKNOWN: r.invalid/a:1: r.invalid cannot be resolved (DNS: ENOTFOUND)
  also a.yaml:2
  also a.yaml:3
  also a.yaml:4
  also a.yaml:5, and 2 more (--verbose lists all)
${HINT}`,
    ],
  ],
  [
    'three images, one of them in two objects, one at no place',
    [
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p', { file: 'a.yaml' })),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/b:1', at('p', { file: 'a.yaml', line: 9 })),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('q')),
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/c:1', undefined),
    ],
    [
      `error REGISTRY_HOST_UNKNOWN: r.invalid cannot be resolved (DNS: ENOTFOUND); 3 images are affected:
  a.yaml:8:12: r.invalid/a:1 (Pod p) and 1 more place
  a.yaml:9:12: r.invalid/b:1 (Pod p)
  r.invalid/c:1
${HINT}`,
    ],
  ],
  [
    'images that one lock file does not have, and one that another does not have',
    [
      failure('LOCK_MISSING_ENTRY', 'a:1', at('p'), { file: 'pinpull.lock.yaml' }),
      failure('LOCK_MISSING_ENTRY', 'b:1', at('q', { line: 9 }), { file: 'pinpull.lock.yaml' }),
      failure('LOCK_MISSING_ENTRY', 'c:1', at('r'), { file: 'other.yaml' }),
    ],
    [
      `error LOCK_MISSING_ENTRY: not in the lock file pinpull.lock.yaml; 2 images are affected:
  <stdin>:8:12: a:1 (Pod p)
  <stdin>:9:12: b:1 (Pod q)
  → lock it where the registry can be reached, and commit the result: … | pinpull lock`,
      `<stdin>:8:12: error LOCK_MISSING_ENTRY: c:1: not in the lock file other.yaml
  Pod r, spec.containers[0].image
  → lock it where the registry can be reached, and commit the result: … | pinpull lock`,
    ],
  ],
  [
    'images of a registry that is not allowed, and of another one',
    ['docker.io/acme/a', 'docker.io/acme/b', 'quay.io/acme/a'].map((repository, index) =>
      failure('REGISTRY_NOT_ALLOWED', `${repository}:1`, at('p', { line: index + 1 }), {
        repository,
        profile: 'prod',
        allowed: 'ghcr.io/acme',
      }),
    ),
    [
      `error REGISTRY_NOT_ALLOWED: profile prod does not allow images from 2 repositories, such as docker.io/acme/a; 2 images are affected:
  <stdin>:1:12: docker.io/acme/a:1 (Pod p)
  <stdin>:2:12: docker.io/acme/b:1 (Pod p)
  → use an image from one of: ghcr.io/acme; or add it to allowedRegistries`,
      `<stdin>:3:12: error REGISTRY_NOT_ALLOWED: "quay.io/acme/a:1": profile prod does not allow images from quay.io/acme/a
  Pod p, spec.containers[0].image
  → use an image from one of: ghcr.io/acme; or add it to allowedRegistries`,
    ],
  ],
  [
    'images that are in none of the layouts',
    ['a:1', 'b:1'].map((image) => failure('LAYOUT_IMAGE_MISSING', image, undefined, { paths: 'images.tar' })),
    [
      expect.stringMatching(
        /^error LAYOUT_IMAGE_MISSING: not found in any of the image layouts \(images\.tar\); 2 images are affected:\n {2}a:1\n {2}b:1\n/,
      ),
    ],
  ],
  [
    'entries of the lock file that no manifest uses',
    ['a:1', 'b:1'].map((image, index) =>
      failure('LOCK_UNUSED', image, { file: 'pinpull.lock.yaml', line: 4 + index }),
    ),
    [
      `error LOCK_UNUSED: in the lock file, but no manifest uses it; 2 images are affected:
  pinpull.lock.yaml:4: a:1
  pinpull.lock.yaml:5: b:1
  → run pinpull lock --prune FILE... with all manifests that share the lock file`,
    ],
  ],
  [
    'repositories that an account may not pull from, with a reason that quotes each',
    ['team/web', 'team/db'].map((repository) =>
      failure('REGISTRY_DENIED', `r.io/${repository}:1`, at('p'), {
        repository,
        who: 'r.io',
        source: 'config.json',
        reason: `DENIED: no pull from ${repository} (request 0c3f5a77-${++request})`,
      }),
    ),
    [
      `error REGISTRY_DENIED: r.io refused access to 2 repositories, such as team/web: DENIED: no pull from team/web (request 0c3f5a77-1); 2 images are affected:
  <stdin>:8:12: r.io/team/web:1 (Pod p)
  <stdin>:8:12: r.io/team/db:1 (Pod p)
  → check that the account in use (credentials from: config.json) may pull from 2 repositories, such as team/web`,
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
      expect.stringMatching(
        /^<stdin>:8:12: error REGISTRY_HOST_UNKNOWN: r\.invalid\/a:1: /,
      ) as unknown as string,
      expect.stringMatching(/^<stdin>:8:12: error MANIFEST_UNKNOWN: r\.io\/a:1: /) as unknown as string,
      expect.stringMatching(
        /^<stdin>:8:12: error REGISTRY_HOST_UNKNOWN: s\.invalid\/a:1: /,
      ) as unknown as string,
      expect.stringMatching(/^<stdin>:8:12: error MANIFEST_UNKNOWN: r\.io\/a:2: /) as unknown as string,
    ],
  ],
  [
    'errors and warnings of one cause',
    [
      failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/a:1', at('p')),
      { ...failure('REGISTRY_HOST_UNKNOWN', 'r.invalid/b:1', at('p')), severity: 'warning' },
    ],
    [
      expect.stringMatching(/^<stdin>:8:12: error /) as unknown as string,
      expect.stringMatching(/^<stdin>:8:12: warning /) as unknown as string,
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
        'cannot be used: it is not JSON; 2 images are affected:\n  <stdin>:8:12: r.io/a:1 (Pod p)\n  <stdin>:8:12: s.io/b:1 (Pod q)\n',
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
  expect([...formatDiagnostics(diagnostics, false)]).toEqual(text)
})

test('the summary counts causes, and reports for programs have every place', () => {
  const diagnostics = Array.from({ length: 40 }, (_, index) =>
    failure('REGISTRY_HOST_UNKNOWN', `r.invalid/app${index}:1`, at(`p${index}`)),
  )
  const report = { profile: 'prod', images: [], diagnostics }
  const text = formatReport(report, { verbosity: 'normal', color: false })
  expect(text.split('\n')).toEqual([
    'error REGISTRY_HOST_UNKNOWN: r.invalid cannot be resolved (DNS: ENOTFOUND); 40 images are affected:',
    '  <stdin>:8:12: r.invalid/app0:1 (Pod p0)',
    '  <stdin>:8:12: r.invalid/app1:1 (Pod p1)',
    '  <stdin>:8:12: r.invalid/app2:1 (Pod p2)',
    '  <stdin>:8:12: r.invalid/app3:1 (Pod p3)',
    '  <stdin>:8:12: r.invalid/app4:1 (Pod p4), and 35 more (--verbose lists all)',
    HINT,
    'pinpull: prod: 1 error in 0 images; nothing was written',
    '',
  ])
  const all = formatReport(report, { verbosity: 'verbose', color: false })
  expect(diagnostics.filter(({ args }) => !all.includes(`${args['image']} (Pod `))).toEqual([])
  expect(all).not.toContain('more')
  expect(JSON.parse(formatReportData('json', report, '1.0.0')).diagnostics).toHaveLength(40)
})

/**
 * How programs find a position in a line: Vim's default `errorformat` and reviewdog's `%f:%l:%c: %m`, the pattern of VS Code's
 * `$gcc` matcher, and GNU Emacs' `gnu` entry of `compilation-error-regexp-alist-alist`, each as far as it is about this form.
 */
const READERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['reviewdog and Vim', /^(?<file>(?:[A-Za-z]:)?[^ ]+?):(?<line>\d+):(?<column>\d+): (?<message>.+)$/],
  [
    'VS Code',
    /^(?<file>.*?):(?<line>\d+):(?<column>\d*):?\s+(?:fatal\s+)?(?<severity>warning|error|info)(?:\s+[A-Z_]+)?:\s+(?<message>.*)$/,
  ],
]

test.each(READERS)('%s finds the position of every diagnostic', (_, pattern) => {
  const places: Location[] = [at('p', { file: 'charts/web.yaml' }), at('q', { line: 120, column: 3 })]
  const found = places.map((place) => {
    const [text = ''] = formatDiagnostics([failure('REFERENCE_INVALID', 'NGINX', place)], false)
    const [head = '', ...rest] = text.split('\n')
    expect(rest.filter((line) => pattern.test(line))).toEqual([])
    const { file, line, column } = pattern.exec(head)?.groups ?? {}
    return [file, line, column]
  })
  expect(found).toEqual([
    ['charts/web.yaml', '8', '12'],
    ['<stdin>', '120', '3'],
  ])
})

test.each<[what: string, file: string, start: string]>([
  ['a command of GitHub', '::error file=x::', '\\u003a:error file=x:::8:12: error'],
  ['a line that kpt drops', 'Digest: sha256:0', 'Digest sha256:0:8:12: error'],
  ['a line break', 'a\nb.yaml', 'a b.yaml:8:12: error'],
])('the name of a file cannot begin a line with %s', (_, file, start) => {
  const [text = ''] = formatDiagnostics([failure('REFERENCE_INVALID', 'NGINX', at('p', { file }))], false)
  expect(text.slice(0, start.length)).toBe(start)
})
