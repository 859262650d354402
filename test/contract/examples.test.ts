import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { type Example, readExamples, runExample } from '../support/example.ts'
import { startRegistry, type TestRegistry } from '../support/registry/registry.ts'
import { createSandbox } from '../support/sandbox.ts'
import { RUN_CONTAINER } from './support/docker.ts'
import { GO_TOOLS, goTool, helmfile, kubectl } from './support/go-tool.ts'
import { kpt } from './support/kpt.ts'
import { describeWith, findProgram, type Need } from './support/need.ts'

/** The programs that examples ask for, and what each is called there. */
const PROGRAMS: Readonly<Record<string, { readonly called: string; readonly need: Need }>> = {
  helm3: { called: 'helm', need: await goTool(GO_TOOLS.helm3) },
  helm4: { called: 'helm', need: await goTool(GO_TOOLS.helm4) },
  helmfile: { called: 'helmfile', need: await helmfile() },
  kustomize: { called: 'kustomize', need: await goTool(GO_TOOLS.kustomize) },
  kubectl: { called: 'kubectl', need: await kubectl() },
  kpt: { called: 'kpt', need: kpt },
  bash: { called: 'bash', need: findProgram('bash', 'install bash') },
}

/** Programs that cannot be had here, each as a script that does its part of the example. */
const STAND_INS: Readonly<Record<string, string>> = {
  // docker run … IMAGE: the image is Pinpull's.
  docker: RUN_CONTAINER,
}

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry({ anyName: true, mirror: true })
})
afterAll(() => registry.close())

// That of Flux publishes, and prints nothing: hosts/flux.test.ts runs it.
const examples = readExamples().filter(({ name, needs }) => needs.length > 0 && name !== 'flux')

for (const example of examples) {
  const real = example.needs.filter((name) => !(name in STAND_INS))
  const needs = Object.fromEntries(
    real.map((name) => [name, PROGRAMS[name]?.need ?? { kind: 'missing', reason: 'nobody knows it' }]),
  ) as Record<string, Need>
  describeWith(needs, `examples/${example.name}`, (paths) => {
    test('prints what it says', async () => {
      const run = await runExample(
        example,
        { PINPULL_MIRROR: `*=${registry.url}` },
        programsOf(example, paths),
      )
      expect({ code: run.code, stdout: run.stdout }, run.stderr).toEqual({
        code: 0,
        stdout: example.expected,
      })
    })
  })
}

describeWith({ helmfile: await helmfile(), helm: await goTool(GO_TOOLS.helm3) }, 'helmfile', (paths) => {
  test('one file for both majors: with Helm 3 too, but for hooks', async () => {
    const example = examples.find(({ name }) => name === 'helmfile') as Example
    const programs = { helm: [paths.helm], helmfile: [paths.helmfile] }
    const run = await runExample(example, { PINPULL_MIRROR: `*=${registry.url}` }, programs)
    expect([run.code, run.stdout.match(/^ +image: .*$/gm)?.map((line) => line.includes('@sha256:'))]).toEqual(
      [0, [true, false]],
    )
  })
})

function programsOf(
  example: Example,
  paths: Readonly<Record<string, string>>,
): Record<string, readonly string[]> {
  return Object.fromEntries(
    example.needs.map((name) => {
      const standIn = STAND_INS[name]
      if (standIn !== undefined) return [name, ['sh', '-c', standIn, name]]
      return [PROGRAMS[name]?.called ?? name, [paths[name] ?? name]]
    }),
  )
}

const read = (path: string): string =>
  readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8')

describeWith({ helm4: await goTool(GO_TOOLS.helm4) }, 'what CI systems are told to run', ({ helm4 }) => {
  /** Runs lines of a pipeline as its system does, in the example's folder; kubectl only shows what it is given. */
  const runLines = async (name: string, lines: string, env: Record<string, string> = {}) => {
    const sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}`, ...env })
    try {
      sandbox.addCommand('helm', helm4)
      sandbox.addCommand('kubectl', 'sh', '-c', 'cat "$3"', 'kubectl')
      sandbox.write('chart/Chart.yaml', read(`${name}/chart/Chart.yaml`))
      sandbox.write('chart/templates/web.yaml', read(`${name}/chart/templates/web.yaml`))
      return await sandbox.bash(lines)
    } finally {
      sandbox.remove()
    }
  }

  const APP = {
    ARGOCD_APP_NAME: 'shop',
    ARGOCD_APP_NAMESPACE: 'shop',
    KUBE_VERSION: '1.29.4',
    KUBE_API_VERSIONS: 'v1,apps/v1,monitoring.coreos.com/v1',
  }
  const plugin = parse(read('argo-cd/plugin.yaml')).spec
  test("Argo CD: the plugin's commands print what the README says", async () => {
    for (const { command } of [plugin.init, plugin.generate])
      expect(command).toEqual(['bash', '-euo', 'pipefail', '-c'])
    const run = await runLines(
      'argo-cd',
      `cd chart\n(${plugin.init.args[0]})\n${plugin.generate.args[0]}`,
      APP,
    )
    expect([run.code, run.stdout], run.stderr).toEqual([0, read('argo-cd/expected.yaml')])
  })

  test.each([
    ['beside the chart', 'link.yaml'],
    ["by its path from the repository's root", '/link.yaml'],
  ])('Argo CD: the plugin itself refuses a link out of the repository, %s', async (_, file) => {
    const env = { ...APP, PARAM_VALUES_FILES_0: file }
    const run = await runLines(
      'argo-cd',
      `cd chart\nln -s /etc/hostname link.yaml\n${plugin.generate.args[0]}`,
      env,
    )
    expect([run.code, run.stdout, run.stderr]).toEqual([1, '', `no file of the repository: ${file}\n`])
  })

  test("Argo CD: the plugin's command may be run by hand next to a chart", async () => {
    const run = await runLines('argo-cd', plugin.generate.args[0], APP)
    expect([run.code, run.stdout], run.stderr).toEqual([0, read('argo-cd/expected.yaml')])
  })

  test.each(['argo-cd/repo-server-patch.yaml', 'flux/shop.yaml'])('%s is YAML', (path) => {
    expect(parseAllDocuments(read(path)).flatMap(({ errors }) => errors)).toEqual([])
  })
})

describeWith({ actionlint: await goTool(GO_TOOLS.actionlint) }, 'GitHub Actions', ({ actionlint }) => {
  test.each([
    'examples/github-actions/deploy.yaml',
    'examples/rendered-manifests/check.yaml',
    '.github/workflows/ci.yml',
    '.github/workflows/release.yml',
  ])('%s is a workflow without mistakes', async (path) => {
    const sandbox = createSandbox()
    try {
      const file = fileURLToPath(new URL(`../../${path}`, import.meta.url))
      const run = await sandbox.run(actionlint, ['-shellcheck=', '-pyflakes=', '-no-color', file])
      expect([run.code, run.stdout]).toEqual([0, ''])
    } finally {
      sandbox.remove()
    }
  })
})

describeWith({ hclfmt: await goTool(GO_TOOLS.hclfmt) }, 'Terraform', ({ hclfmt }) => {
  test('the example is HCL, formatted as terraform fmt would', async () => {
    const sandbox = createSandbox()
    try {
      sandbox.write('main.tf', read('terraform/main.tf'))
      const run = await sandbox.run(hclfmt, ['-check', '-require-no-change', 'main.tf'])
      expect([run.code, run.stderr]).toEqual([0, ''])
    } finally {
      sandbox.remove()
    }
  })
})
