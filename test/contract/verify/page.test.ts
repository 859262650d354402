import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { PUBLIC_GOOD_ROOT } from '../../../src/verify/public-good-root.ts'
import { createSandbox, type Sandbox } from '../../support/sandbox.ts'
import { type Cosign, startCosign } from '../support/cosign.ts'
import { type RunningRegistry, startDockerRegistry } from '../support/docker-registry.ts'
import { GO_TOOLS, goTool, versionOf } from '../support/go-tool.ts'
import { describeWith } from '../support/need.ts'
import { type KeylessSigner, pushTestImage, type TestImage } from './image.ts'
import { type Sigstore, startSigstore } from './sigstore.ts'
import { CASES } from './table.ts'

const PAGE = readFileSync(fileURLToPath(new URL('../../../docs/verify.md', import.meta.url)), 'utf8')

/** The blocks of a section, one text a block. */
function blocksOf(heading: string, language: string): string[] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? ''
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')
  return [...section.matchAll(fence)].map(([, text = '']) => text)
}

const GITHUB = 'https://token.actions.githubusercontent.com'
/** The lines of a text, in any order: that of referrers is up to the registry. */
function linesOf(text: string): string[] {
  return text.split('\n').sort()
}

const HEADINGS = [
  'The first minute, with a key',
  'Keyless: a GitHub workflow signs',
  'Provenance and other attestations',
  'Without a network',
  'In CI',
]
const RELEASE = 'https://github.com/acme/web/.github/workflows/release.yml@refs/tags/v1.4.2'

/** docs/verify.md, read from the beginning to the end by a user with cosign and a registry. */
describeWith(
  {
    cosign: await goTool(GO_TOOLS.cosign),
    crane: await goTool(GO_TOOLS.crane),
    distribution: await goTool(GO_TOOLS.distribution),
  },
  'docs/verify.md, step by step',
  (programs) => {
    const folder = mkdtempSync(join(tmpdir(), 'pinpull-verify-page-'))
    let cosign: Cosign
    let registry: RunningRegistry
    let sigstore: Sigstore
    let sandbox: Sandbox
    let image: TestImage

    beforeAll(async () => {
      cosign = await startCosign(programs.cosign, folder)
      registry = await startDockerRegistry(programs.distribution)
      sigstore = await startSigstore(join(folder, 'trusted-root.json'))
      sandbox = createSandbox()
      sandbox.addCommand('cosign', programs.cosign)
      sandbox.addCommand('crane', programs.crane)
      image = await pushTestImage(
        { host: registry.host, hasReferrers: false },
        cosign,
        'acme/web',
        folder,
        '1.4.2',
      )
      sandbox.write('shop.yaml', MANIFEST.replace('IMAGE', image.reference))
      sandbox.write('trusted-root.json', readFileSync(sigstore.root, 'utf8'))
    })
    afterAll(async () => {
      sandbox?.remove()
      await Promise.all([registry?.close(), sigstore?.close()])
      rmSync(folder, { recursive: true })
    })

    /** A text of the page, for the registry of this test. */
    const here = (text: string): string => text.replaceAll(/registry\.example\.com|ghcr\.io/g, registry.host)
    /** A text that is printed, and one of the page, so that they can be compared. */
    const comparable = (text: string): string =>
      text
        .replaceAll(/registry\.example\.com|ghcr\.io|127\.0\.0\.1:\d+/g, 'HOST')
        .replaceAll(/[0-9a-f]{64}/g, '8d1f0c6ab2e5…')
        .replaceAll(/[0-9a-f]{12}(?!\d)/g, '8d1f0c6ab2e5')
        .replaceAll(/\d{4}-\d\d-\d\d/g, '2026-11-28')
        .replaceAll(/ {2,}/g, '  ')
    /** What is written to a file as pinpull.yaml; certificates of these tests come from another root than the public one. */
    const configure = (yaml: string): void => {
      const text = here(yaml)
      const root = '  - name: prod\n    trustedRoot: trusted-root.json\n'
      const isPublic = text.includes('identities:') && !text.includes('trustedRoot:')
      sandbox.write('pinpull.yaml', isPublic ? text.replace('  - name: prod\n', root) : text)
    }
    const run = async (script: string): Promise<string> => {
      const { code, stdout, stderr } = await sandbox.bash(here(script))
      expect(code, `${stdout}${stderr}`).toBe(0)
      return stdout
    }
    const pinnedBy = (file: string): string => /image: (.*)/.exec(sandbox.read(file))?.[1] ?? ''

    test('a key', async () => {
      const heading = 'The first minute, with a key'
      const [generate = '', sign = '', pin = '', verify = ''] = blocksOf(heading, 'sh')
      const [config = ''] = blocksOf(heading, 'yaml')
      const [printed = ''] = blocksOf(heading, 'text')
      configure(config)
      await run(generate)
      const unsigned = await sandbox.bash(here(pin))
      expect([unsigned.code, unsigned.stdout]).toEqual([1, ''])
      expect(unsigned.stderr).toContain('error SIGNATURE_MISSING')
      await run(sign)
      await run(pin)
      expect(pinnedBy('pinned.yaml')).toBe(`${image.reference}@${image.digest}`)
      expect(comparable(await run(verify))).toBe(comparable(printed))
    })

    /** What the release workflow of GitHub does, at the Sigstore of this test. */
    const release = (): KeylessSigner => ({ sigstore, subject: RELEASE, issuer: GITHUB })

    test('keyless', async () => {
      const heading = 'Keyless: a GitHub workflow signs'
      const [pin = '', verify = ''] = blocksOf(heading, 'sh')
      const [, config = ''] = blocksOf(heading, 'yaml')
      const [printed = ''] = blocksOf(heading, 'text')
      configure(config)
      await image.sign({ ...release(), subject: `${RELEASE}-evil` })
      const evil = await sandbox.bash(here(pin))
      expect([evil.code, evil.stdout]).toEqual([1, ''])
      const [failure = ''] = blocksOf('What a failure says', 'text')
      expect(linesOf(comparable(evil.stderr))).toEqual(linesOf(comparable(failure)))
      await image.sign(release())
      await run(pin)
      expect(pinnedBy('pinned.yaml')).toBe(`${image.reference}@${image.digest}`)
      expect(comparable(await run(verify))).toBe(comparable(printed))
    })

    test('provenance', async () => {
      const heading = 'Provenance and other attestations'
      const [verify = ''] = blocksOf(heading, 'sh')
      const [config = ''] = blocksOf(heading, 'yaml')
      configure(config)
      const without = await sandbox.bash(here(verify))
      expect(without.code).toBe(1)
      expect(without.stdout).toContain('error SIGNATURE_MISSING')
      await image.attest(release(), 'slsaprovenance1', PROVENANCE)
      expect(await run(verify)).toContain(': 1 image: 1 verified;')
    })

    test('an own trusted root', async () => {
      const [config = ''] = blocksOf('An own trusted root', 'yaml')
      configure(config)
      await image.sign({ sigstore, subject: 'release@example.com', issuer: 'https://login.example.com' })
      expect(await run('pinpull verify shop.yaml')).toContain(': 1 image: 1 verified;')
    })

    test('without a network', async () => {
      const [lock = '', locked = ''] = blocksOf('Without a network', 'sh')
      const [config = ''] = blocksOf('Without a network', 'yaml')
      configure(config)
      await run(lock)
      expect(sandbox.read('pinpull.lock.yaml')).toContain('signer: cosign.pub')
      await registry.close()
      await run(locked)
      expect(pinnedBy('pinned.yaml')).toBe(`${image.reference}@${image.digest}`)
      expect(pinnedBy('offline.yaml')).toBe(image.reference)
    })

    test('in CI, with what is kept', async () => {
      const [prove = ''] = blocksOf('In CI', 'sh')
      await run(prove)
    })

    test('the page says how large the table is, and of which day the root', () => {
      expect(PAGE).toContain(`A table of ${CASES.length} images`)
      expect(PAGE).toContain(`comes with Pinpull (as of ${PUBLIC_GOOD_ROOT.date})`)
      expect(PAGE).toContain(`cosign ${versionOf(GO_TOOLS.cosign)}`)
    })

    test('every command of the page ran', () => {
      const ran = HEADINGS.flatMap((heading) => blocksOf(heading, 'sh'))
      expect(ran).toHaveLength(PAGE.match(/^```sh$/gm)?.length ?? 0)
    })
  },
)

const PROVENANCE = {
  buildDefinition: {
    buildType: 'https://actions.github.io/buildtypes/workflow/v1',
    externalParameters: {
      workflow: {
        repository: 'https://github.com/acme/web',
        ref: 'refs/tags/v1.4.2',
        path: '.github/workflows/release.yml',
      },
    },
  },
  runDetails: { builder: { id: 'https://github.com/actions/runner/github-hosted' } },
}

const MANIFEST = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: IMAGE
    imagePullPolicy: IfNotPresent
`
