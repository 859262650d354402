import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { ARGO_CD_VERSION } from '../contract/support/argo-cd.ts'
import { GO_TOOLS, HELMFILE_VERSION, KUBECTL_VERSION, versionOf } from '../contract/support/go-tool.ts'
import { KPT_VERSION } from '../contract/support/kpt.ts'
import { GITLAB_CI_LOCAL_VERSION } from '../contract/support/npm-tool.ts'

const page = readFileSync(fileURLToPath(new URL('../../docs/hosts/README.md', import.meta.url)), 'utf8')

/** The rows of the table of what was run, without its head: host, version, proof, what was not run. */
const rows = page
  .slice(page.indexOf('## What was run'), page.indexOf('## Rules for all hosts'))
  .split('\n')
  .filter((line) => /^\| (?!host|-)/.test(line))
  .map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )

const helm3 = versionOf(GO_TOOLS.helm3)
const helm4 = versionOf(GO_TOOLS.helm4)
const kustomize = versionOf(GO_TOOLS.kustomize)

/** As `name 1.2.3`; what builds the program names its folder `name-v1.2.3`. */
const FLUX = 'flux 2.9.5, kustomize-controller 1.9.5, helm-controller 1.6.3'

/** The versions that the tests run, as the table has them. */
const RUN: Readonly<Record<string, string>> = {
  'a pipe': `Helm ${helm3} and ${helm4}, kustomize ${kustomize}, kubectl ${KUBECTL_VERSION}`,
  'Helm 3': helm3,
  'Helm 4': helm4,
  helmfile: HELMFILE_VERSION,
  kustomize,
  'kubectl kustomize': KUBECTL_VERSION,
  kpt: KPT_VERSION,
  'Argo CD': `cmp-server and repo server ${ARGO_CD_VERSION}, Helm ${helm4}, kustomize ${kustomize}`,
  "Argo CD's source hydrator": `commit server ${ARGO_CD_VERSION}`,
  Flux: FLUX,
  'GitHub Actions': `act ${versionOf(GO_TOOLS.act)}, actionlint ${versionOf(GO_TOOLS.actionlint)}`,
  'GitLab CI': `gitlab-ci-local ${GITLAB_CI_LOCAL_VERSION}`,
  'pre-commit': "Debian's",
}

/** Hosts that no test runs: what is known of them was done by hand, or is not known. */
const NOT_RUN: readonly string[] = ['helm-diff', 'helm-secrets', 'Terraform', 'Pulumi', 'skaffold', 'Tekton']

test('the table of hosts names the versions that the tests run', () => {
  const named = rows.filter(([host = '']) => !NOT_RUN.includes(host))
  expect(Object.fromEntries(named.map(([host, version]) => [host, version]))).toEqual(RUN)
})

test('the programs of Flux are built in these versions', () => {
  const path = fileURLToPath(new URL('../contract/support/go-tool.ts', import.meta.url))
  const folders = [...readFileSync(path, 'utf8').matchAll(/'([\w-]+-v[\d.]+)'/g)].map(([, folder]) => folder)
  for (const program of FLUX.split(', ')) expect(folders).toContain(program.replace(' ', '-v'))
})

test('every host says how it was proven, or what was not', () => {
  expect(rows.filter((cells) => cells.length !== 4 || (cells[2] === '' && cells[3] === ''))).toEqual([])
  for (const host of NOT_RUN) {
    const [, , proof = '', missing = ''] = rows.find(([name]) => name === host) ?? []
    expect([host, /by hand|contains/.test(proof) || missing.startsWith('everything')]).toEqual([host, true])
    expect([host, missing]).not.toEqual([host, ''])
  }
})

test('the rules for all hosts are numbered once, and each is tested', () => {
  const rules = [...page.slice(page.indexOf('## Rules for all hosts')).matchAll(/^(\d+)\. /gm)].map(([, n]) =>
    Number(n),
  )
  expect(rules).toEqual(rules.map((_, index) => index + 1))
  const path = fileURLToPath(new URL('../hosts/cross-host.test.ts', import.meta.url))
  const tested = [...readFileSync(path, 'utf8').matchAll(/rules? (\d+)(?:(?:,| and) (\d+))*/g)].flatMap(
    (match) => [...match[0].matchAll(/\d+/g)].map(([n]) => Number(n)),
  )
  expect(rules.filter((rule) => !tested.includes(rule))).toEqual([])
})
