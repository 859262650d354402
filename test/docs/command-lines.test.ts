import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { layoutFiles, REF_NAME, tarOf } from '../support/image-layout.ts'
import { type PageBlock, pageBlocks } from '../support/page-blocks.ts'
import { buildImage } from '../support/registry/image.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox, type Sandbox } from '../support/sandbox.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Pages whose commands another test runs as a whole. */
const ELSEWHERE: readonly (readonly [page: RegExp, test: string])[] = [
  [/^docs\/tutorial\.md$/, 'test/docs/tutorial.test.ts, with what the page says is printed'],
  [/^docs\/hosts\/flux\.md$/, 'test/contract/hosts, with the real flux'],
  [/^docs\/verify\.md$/, 'test/contract/verify, with the real cosign'],
]

/** Blocks without a fence that are no commands. (A block marked `console` is a session, which a test of its page runs.) */
const NO_COMMANDS: readonly string[] = ['docs/ARCHITECTURE.md']

/** Lines that cannot run here, each with the reason. A line is left out if it contains the text. */
const LEFT_OUT: readonly (readonly [page: string, line: string, reason: string])[] = [
  ['README.md', 'npm ci && npm pack', 'builds this checkout; test/contract/install.test.ts packs it'],
  ['README.md', 'npm install --global', 'changes the machine; test/contract/install.test.ts has a folder'],
  ['README.md', 'kpt fn eval', 'needs kpt: test/contract/kpt.test.ts'],
  ['README.md', 'pinpull verify', 'needs signed images: test/cli/examples.test.ts has them'],
  ['docs/cli.md', 'pinpull verify', 'likewise'],
  ['docs/checks.md', 'kube-score score', 'the end of a pipe into a linter: test/contract/linters.test.ts'],
  ['docs/checks.md', 'polaris audit', 'the end of a pipe into a linter that cannot be had here'],
  ['docs/hosts/helm-4.md', 'helm plugin install', 'needs Helm 4: test/contract/helm.test.ts'],
  ['docs/hosts/helmfile.md', 'helm diff', 'needs helm-diff, which tests cannot get, as the page says'],
  ['docs/hosts/helmfile.md', 'helm secrets', 'needs helm-secrets, likewise'],
  ['docs/hosts/kpt.md', 'kpt fn', 'needs kpt: test/contract/kpt.test.ts'],
  ['docs/image-fields.md', 'fetch-schemas.ts', 'clones ninety projects from the network'],
  [
    'docs/image-fields.md',
    'coverage:fields',
    'reads those projects; test/docs/image-fields.test.ts has a catalogue',
  ],
  [
    'docs/library.md',
    'npm install pinpull',
    'is not released yet; test/docs/library.test.ts installs the packed package',
  ],
  ['docs/pin-helm-values.md', 'pinpull pin', 'needs Helm and charts: test/contract/helm-values'],
  ['examples/library/README.md', 'npm install pinpull', 'likewise'],
  ['examples/library/README.md', 'node pin-folder.ts', 'needs that package: test/docs/library.test.ts'],
]

/** Pages in which the manifests that they name are not pinned yet. Elsewhere a page checks them. */
const UNPINNED = ['docs/cli.md', 'docs/lock.md', 'docs/offline.md']
/** Pages whose configurations are saved as pinpull.yaml when the commands below them run. */
const CONFIGURED = ['docs/offline.md']
/** Pages whose commands use a lock file that exists, and the last failed run inside Helm 4. */
const WITH_A_PAST = ['docs/cli.md', 'docs/guard.md', 'docs/hosts/ci.md']
/** Pages in which a chart is already pinned when it is rendered. */
const RENDERED_PINNED = ['docs/checks.md']

/** The programs around Pinpull, each doing its part of a recipe. The real ones are run by test/contract. */
const STAND_INS: Readonly<Record<string, string>> = {
  helm: `
args=() renderer=
for word; do
  case $word in
    --post-renderer-args=*) args+=("\${word#*=}") ;;
    --post-renderer) next=renderer; continue ;;
  esac
  if [ "\${next-}" ]; then renderer=$word next=; fi
done
case "$1 \${2-}" in
  'version --template') printf v4.2.4 ;;
  'env HELM_PLUGINS') echo "$HOME/plugins" ;;
  'template '*) cat "$HOME/rendered-by-helm.yaml" ;;
  'upgrade '*) "$renderer" "\${args[@]}" < "$HOME/rendered-by-helm.yaml" ;;
  *) exit 9 ;;
esac`,
  kubectl: `
case "$1" in
  apply) [ -s "\${*: -1}" ] || [ "$(wc -c)" -gt 0 ] ;;
  rollout | delete | label | patch) ;;
  get) echo '{"apiVersion": "v1", "kind": "List", "items": []}' ;;
  kustomize) pinpull < "$HOME/rendered-by-helm.yaml" ;;
  *) exit 9 ;;
esac`,
  // With a function or plugin of Pinpull what it prints is pinned.
  kustomize: `
case "$*" in
  'build app') cat "$HOME/rendered-by-helm.yaml" ;;
  'build '*) pinpull < "$HOME/rendered-by-helm.yaml" ;;
  *) exit 9 ;;
esac`,
  // With -C it is Pinpull's own call, and nothing has changed: test/cli/changed-since.test.ts has the real one.
  git: `
case "$*" in
  *--show-toplevel) pwd ;;
  -C*check-ignore*) exit 1 ;;
  -C*) printf 0123abc ;;
  fetch*) ;;
  *) exit 9 ;;
esac`,
  skopeo: '[ "$1" = copy ]',
  // It reads all, so that the program before it can write all.
  jq: 'grep . > /dev/null && echo "$1"',
}

const MANIFESTS = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  template:
    spec:
      containers:
        - name: web
          image: nginx:1.27.3
        - name: app
          image: acme/app:1.4.2
`

/** An example whose block has an expected output is run by test/examples.test.ts or test/contract/examples.test.ts. */
function isExample({ page, language }: PageBlock): boolean {
  return language === 'sh' && page.startsWith('examples/') && existsSync(join(root, page, '../expected.yaml'))
}

const found = pageBlocks()
const commands = found.filter(
  (block) =>
    /^(?:sh|bash|indented)$/.test(block.language) &&
    !isExample(block) &&
    !ELSEWHERE.some(([page]) => page.test(block.page)) &&
    !(block.language === 'indented' && NO_COMMANDS.includes(block.page)),
)
const pages = [...new Set(commands.map(({ page }) => page))]

/** The lines of a block, with lines that a backslash continues. */
function linesOf(block: PageBlock): readonly string[] {
  return block.text.split(/(?<!\\)\n/).filter((line) => line.trim() !== '')
}

const isLeftOut = (page: string, line: string): boolean =>
  LEFT_OUT.some(([where, text]) => where === page && line.includes(text))

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

/** A folder with everything that the pages name. */
async function world(page: string): Promise<Sandbox> {
  const sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
  for (const [name, script] of Object.entries(STAND_INS))
    sandbox.addCommand(name, 'bash', '-euo', 'pipefail', '-c', script, name)
  const pinned = await sandbox.run('pinpull', [], { input: MANIFESTS })
  expect(pinned.code, pinned.stderr).toBe(0)
  sandbox.write('rendered-by-helm.yaml', RENDERED_PINNED.includes(page) ? pinned.stdout : MANIFESTS)
  sandbox.write('work/chart/Chart.yaml', 'apiVersion: v2\nname: shop\nversion: 1.0.0\n')
  for (const file of ['manifests.yaml', 'rendered.yaml', 'deploy.yaml'])
    sandbox.write(`work/${file}`, MANIFESTS)
  for (const file of ['about-to-apply.yaml', 'pinned.yaml']) sandbox.write(`work/${file}`, pinned.stdout)
  sandbox.write('.config/fish/completions/other.fish', '')
  sandbox.write('work/manifests/shop.yaml', UNPINNED.includes(page) ? MANIFESTS : pinned.stdout)
  sandbox.write('work/providers/credential-providers.yaml', PROVIDERS)
  sandbox.write('work/plugins/none', '')
  const laid = ['nginx:1.27.3', 'acme/app:1.4.2'].map((name) => ({
    image: buildImage({ seed: name }),
    annotations: { [REF_NAME]: `index.docker.io/${name.includes('/') ? '' : 'library/'}${name}` },
  }))
  sandbox.write('work/images.tar', '')
  // An older post-renderer, for --before.
  sandbox.write('work/kustomize.sh', '#!/bin/sh\ncat\n')
  chmodSync(join(sandbox.folder, 'work/kustomize.sh'), 0o755)
  writeFileSync(join(sandbox.folder, 'work/images.tar'), tarOf(layoutFiles(laid)))
  if (WITH_A_PAST.includes(page)) {
    await sandbox.run('pinpull', ['lock', 'manifests.yaml'], { cwd: 'work' })
    await sandbox.run('pinpull', ['--profile', 'none'], { env: { HELM_PLUGIN_DIR: sandbox.folder } })
  }
  return sandbox
}

const PROVIDERS = `apiVersion: kubelet.config.k8s.io/v1
kind: CredentialProviderConfig
providers:
  - name: ecr-credential-provider
    matchImages: ['*.dkr.ecr.*.amazonaws.com']
    defaultCacheDuration: 12h
    apiVersion: credentialprovider.kubelet.k8s.io/v1
`

/** Paths and hosts of the pages, and what stands for them here. */
function localized(line: string): string {
  return line
    .replaceAll('https://mirror.example.com', registry.url)
    .replaceAll('/etc/kubernetes/credential-providers.yaml', 'providers/credential-providers.yaml')
    .replaceAll('/opt/kubelet/plugins', 'plugins')
}

/** The commands of a page share a folder, as a reader's do. */
describe.each(pages)('the commands of %s run', (page) => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await world(page)
  })
  afterAll(() => sandbox?.remove())

  const isConfiguration = (block: PageBlock): boolean =>
    CONFIGURED.includes(page) && /^kind: Pinpull$/m.test(block.text)
  const blocks = found.filter((one) => one.page === page && (isConfiguration(one) || commands.includes(one)))
  test.each(blocks)('line $line', async (block) => {
    if (isConfiguration(block)) sandbox.write('work/pinpull.yaml', block.text)
    if (!commands.includes(block)) return
    const script = linesOf(block).filter((line) => !isLeftOut(page, line))
    const run = await sandbox.bash(script.map(localized).join('\n'), { cwd: 'work' })
    expect([run.code, run.stderr]).toEqual([0, expect.any(String)])
  })
})

test('every line that is left out is in its page', () => {
  const lines = commands.flatMap((block) => linesOf(block).map((line) => ({ page: block.page, line })))
  const gone = LEFT_OUT.filter(
    ([page, text]) => !lines.some((one) => one.page === page && one.line.includes(text)),
  )
  expect(gone).toEqual([])
})

test('every block without commands, and every page that is run elsewhere, exists', () => {
  expect(NO_COMMANDS.filter((page) => !found.some((one) => one.page === page))).toEqual([])
  expect(ELSEWHERE.filter(([page]) => !found.some((one) => page.test(one.page)))).toEqual([])
})
