import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../src/cli/command-table.ts'
import { synonyms } from '../../src/cli/options/synonyms.ts'
import { runInProcess } from '../support/memory-io.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-words-'))
  writeFileSync(join(folder, 'x.yaml'), 'kind: Pod\n')
})
afterAll(() => rmSync(folder, { recursive: true }))

async function reasonFor(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runInProcess(args, { cwd: folder, input: '', env: {} })
  expect([code, stdout]).toEqual([2, ''])
  return stderr.split('\n')[0]?.replace(/^error USAGE: /, '') ?? ''
}

describe('words that people know from other tools', () => {
  test.each<[args: string[], reason: string]>([
    // Commands
    [['list', 'x.yaml'], 'unknown command "list"; to list images: pinpull images FILE'],
    [['render', 'x.yaml'], 'unknown command "render"; to pin manifests: pinpull FILE'],
    [['fix', 'x.yaml'], 'unknown command "fix"; to pin images where they are written: pinpull pin FILE'],
    [['sign', 'nginx:1.27'], 'unknown command "sign"; to sign an image: cosign sign IMAGE@DIGEST'],
    [['lint', 'x.yaml'], 'unknown command "lint"; to check manifests: pinpull check FILE'],
    [
      ['resolve', 'nginx:1.27'],
      'unknown command "resolve"; to print the digest of an image: pinpull inventory --image IMAGE',
    ],
    [
      ['digest', 'nginx:1.27'],
      'unknown command "digest"; to print the digest of an image: pinpull inventory --image IMAGE',
    ],
    [
      ['repin', 'x.yaml'],
      'unknown command "repin"; to move digests to what their tags name now: pinpull pin --update FILE',
    ],
    [['help', 'list'], 'unknown command "list"; to list images: pinpull images FILE'],
    [
      ['config', 'show'],
      'unknown command "config show"; to print the settings of a profile: pinpull config view',
    ],
    // Options
    [['--dry-run'], 'unknown option --dry-run; to see what would change: pinpull diff FILE'],
    [['--dry-run=client'], 'unknown option --dry-run; to see what would change: pinpull diff FILE'],
    [
      ['--insecure'],
      'unknown option --insecure; to use a registry without TLS or its verification: plainHttp or skipTlsVerify under registries in the configuration',
    ],
    [
      ['check', '--insecure-skip-tls-verify', 'x.yaml'],
      'unknown option --insecure-skip-tls-verify; to use a registry without TLS or its verification: plainHttp or skipTlsVerify under registries in the configuration',
    ],
    [['-i'], 'unknown option -i; to write the digests into the files: pinpull pin --write FILE'],
    [['--write'], 'unknown option --write; to write the digests into the files: pinpull pin --write FILE'],
    [
      ['--in-place'],
      'unknown option --in-place; to write the digests into the files: pinpull pin --write FILE',
    ],
    [['--out'], 'unknown option --out; to write the result to another file: pinpull FILE > PINNED'],
    [
      ['check', '--severity', 'error'],
      'unknown option --severity; to choose what fails a run: --fail-on warning, or findings in a profile of the configuration',
    ],
    [
      ['-n', 'shop'],
      'unknown option -n; to read the objects of a cluster: kubectl get deployments --namespace NAME --output yaml | pinpull check',
    ],
    [
      ['images', '--namespace=shop'],
      'unknown option --namespace; to read the objects of a cluster: kubectl get deployments --namespace NAME --output yaml | pinpull check',
    ],
    [
      ['--values', 'x.yaml'],
      'unknown option --values; to pass values to a chart: helm template CHART --values FILE | pinpull',
    ],
    [['-R', '-f', 'apps'], 'unknown option -R; to read a folder with everything below it: -f FOLDER'],
    [['-Rf', 'apps'], 'unknown option -Rf; to read a folder with everything below it: -f FOLDER'],
    [['-k', 'apps'], 'unknown option -k; to pin what kustomize builds: kustomize build FOLDER | pinpull'],
    [['images', '--json'], 'unknown option --json; to print JSON: --output json'],
    [
      ['-o', 'json'],
      'unknown option -o; the result goes to stdout: for a report of the run, --report FILE; for lists, pinpull images --output json',
    ],
    [
      ['--output=json'],
      'unknown option --output; the result goes to stdout: for a report of the run, --report FILE; for lists, pinpull images --output json',
    ],
    [
      ['--verify'],
      '--verify was renamed to --check-digests, which compares digests; to verify signatures: pinpull verify FILE, or verify in the profile',
    ],
    [['--key', 'cosign.pub'], 'unknown option --key, which belongs to pinpull verify'],
    [
      ['verify', '--insecure-ignore-tlog=true', 'x.yaml'],
      'unknown option --insecure-ignore-tlog; to accept signatures that are in no transparency log: pinpull verify --transparency-log optional',
    ],
    [
      ['verify', '--certificate-identity', 'me@example.com', 'x.yaml'],
      '--certificate-identity and --certificate-oidc-issuer need each other',
    ],
    [
      ['verify', '--trusted-root', 'root.json', 'x.yaml'],
      '--trusted-root needs --key or --certificate-identity; what a profile demands is set in the configuration',
    ],
    [['images', '--prune'], 'unknown option --prune, which belongs to pinpull lock'],
    // Neither
    [
      ['profile=prod'],
      '"profile=prod" is not an option; write --profile=prod (without dashes it is for kpt)',
    ],
    [
      ['--profile prod'],
      '"--profile prod" is one argument with several words in it: write --profile=prod; Helm, helmfile and Terraform hand each argument on as it is',
    ],
    [[''], 'an argument is empty: is a variable unset?'],
    [['--color'], "option '--color <when>' needs a value: auto, always, never"],
    [['check', '--profile'], "option '--profile <name>' needs a value"],
    [['images', '-o'], "option '-o, --output <format>' needs a value: table, json, yaml, name"],
    [['completion'], 'pinpull completion needs a shell: bash, zsh, fish'],
    [['completion', 'pwsh'], 'pinpull completion needs a shell: bash, zsh, fish, not "pwsh"'],
    [['--quiet=1'], 'option --quiet takes no value'],
    // By spelling last
    [['chek', 'x.yaml'], 'unknown command "chek"; did you mean "check"?'],
    [['help', 'config', 'veiw'], 'unknown command "config veiw"; did you mean "config view"?'],
    [['--profile', 'dev', 'config', 'veiw'], 'unknown command "config veiw"; did you mean "config view"?'],
    [['config', 'veiw'], 'unknown command "config veiw"; did you mean "config view"?'],
    [['--profle', 'dev'], 'unknown option --profle; did you mean --profile?'],
    [['frobnicate'], 'there is no file and no command "frobnicate"'],
    [['--frobnicate=1'], 'unknown option --frobnicate'],
  ])('%j', async (args, reason) => {
    expect(await reasonFor(args)).toBe(reason)
  })
})

describe('the table of synonyms', () => {
  const options = new Set(COMMANDS.flatMap((spec) => spec.options.map(({ name }) => `--${name}`)))
  const commands = new Set(COMMANDS.map(({ words }) => words.join(' ')))

  test('has no word twice, and none that Pinpull knows itself', () => {
    const words = synonyms().map(({ word }) => word)
    expect(words.filter((word, at) => words.indexOf(word) < at)).toEqual([])
    expect(words.filter((word) => commands.has(word))).toEqual([])
    const own = COMMANDS.find((spec) => spec.words.length === 0)?.options ?? []
    expect(
      words.filter((word) => own.some(({ name, short }) => [`--${name}`, `-${short}`].includes(word))),
    ).toEqual([])
  })

  test('names only commands and options that there are', () => {
    const uses = [...new Set(synonyms().map(({ use }) => use))]
    const ours = uses.flatMap((use) => /pinpull .*$|^--.*$/.exec(use) ?? [])
    expect(ours.length).toBeGreaterThan(20)
    expect(
      ours.flatMap((use) => use.match(/(?<= |^)--[a-z-]+/g) ?? []).filter((one) => !options.has(one)),
    ).toEqual([])
    const called = ours.flatMap((use) => /^pinpull ((?:[a-z][a-z-]* ?)*)/.exec(use)?.[1]?.trim() ?? [])
    expect(called.filter((words) => !commands.has(words))).toEqual([])
  })
})
