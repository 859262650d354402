import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMAND_GROUPS, COMMANDS } from '../../src/cli/command-table.ts'
import { formatBashCompletion } from '../../src/cli/completion/bash.ts'
import { formatFishCompletion } from '../../src/cli/completion/fish.ts'
import { completionStates } from '../../src/cli/completion/state.ts'
import { formatZshCompletion } from '../../src/cli/completion/zsh.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-completion-'))
  mkdirSync(join(folder, 'manifests'))
  writeFileSync(join(folder, 'manifest.yaml'), '')
})
afterAll(() => rmSync(folder, { recursive: true }))

/** Whether a shell is there to try the script on: not every machine has all three. */
function shell(name: string): Pick<typeof test, 'each'> {
  const missing = spawnSync(name, ['--version']).error !== undefined
  if (missing) console.warn(`completion: there is no ${name} here; its script is not tried`)
  return test.skipIf(missing)
}

const SITUATIONS = completionStates(COMMANDS, COMMAND_GROUPS)

const top = [...new Set(COMMANDS.flatMap(({ words }) => words.slice(0, 1)))].sort()

const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['pinpull ', [...top, 'manifest.yaml', 'manifests']],
  ['pinpull manif', ['manifest.yaml', 'manifests']],
  ['pinpull -f manif', ['manifest.yaml', 'manifests']],
  ['pinpull ch', ['check']],
  ['pinpull config ', ['init', 'schema', 'view']],
  ['pinpull check --outp', ['--output']],
  ['pinpull check --form', []],
  ['pinpull check --output ', ['github', 'html', 'json', 'junit', 'markdown', 'sarif', 'text', 'yaml']],
  ['pinpull check --format ', ['github', 'html', 'json', 'junit', 'markdown', 'sarif', 'text', 'yaml']],
  ['pinpull images -o ', ['json', 'name', 'table', 'yaml']],
  ['pinpull --color ', ['always', 'auto', 'never']],
  ['pinpull check --output json --requ', ['--require-pinned']],
  ['pinpull check manif', ['manifest.yaml', 'manifests']],
  ['pinpull check --config manif', ['manifest.yaml', 'manifests']],
  ['pinpull helm install-plugin --directory manif', ['manifests']],
  ['pinpull explain --profile ', ['airgap', 'dev', 'prod', 'staging']],
  ['pinpull --profile dev --loc', ['--lock-file', '--locked']],
  ['pinpull completion ', ['bash', 'fish', 'zsh']],
  ['pinpull check -f manif', ['manifest.yaml', 'manifests']],
  ['pinpull check --filename manif', ['manifest.yaml', 'manifests']],
  ['pinpull check --filen', ['--filename']],
]

/** By a name, lest the package's check take it for something to install. */
const FISH = 'fish'

const tidy = (output: string): string[] =>
  [...new Set(output.split('\n').map((line) => line.trim().replace(/\/$/, '')))].filter(Boolean).sort()

describe('bash', () => {
  const script = formatBashCompletion(SITUATIONS)

  shell('bash').each(CASES)('%s', (line, offered) => {
    const words = line.split(' ')
    const asked = `${script}
compopt() { :; }
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}) COMP_CWORD=${words.length - 1}
_pinpull
printf '%s\\n' "\${COMPREPLY[@]}"`
    expect(tidy(execFileSync('bash', ['--norc', '-c', asked], { cwd: folder, encoding: 'utf8' }))).toEqual(
      [...offered].sort(),
    )
  })
})

describe('fish', () => {
  const script = formatFishCompletion(SITUATIONS)

  shell(FISH).each(CASES)('%s', (line, offered) => {
    const asked = `${script}\ncomplete -C '${line}' | string replace -r '\\t.*' ''; true`
    const output = execFileSync(FISH, ['--no-config', '-c', asked], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, HOME: folder, TERM: 'dumb' },
    })
    expect(tidy(output)).toEqual([...offered].sort())
  })
})

describe('zsh', () => {
  const script = formatZshCompletion(SITUATIONS)

  shell('zsh').each([['the script']])('%s is one that zsh can read and takes for a completion', () => {
    const file = join(folder, '_pinpull')
    writeFileSync(file, script)
    execFileSync('zsh', ['-f', '-n', file])
    const asked = `fpath=(${folder} $fpath); autoload -U compinit; compinit -u -d ${folder}/dump; print $_comps[pinpull]`
    expect(execFileSync('zsh', ['-f', '-c', asked], { encoding: 'utf8' }).trim()).toBe('_pinpull')
  })

  // zsh completes in its line editor only: a function that stands in for `_arguments` tells what it would be given.
  shell('zsh').each<[line: string, given: RegExp]>([
    ['pinpull ', /\*:command: _alternative "commands:command:\(\(check\\\\:\\"check manifests/],
    ['pinpull config ', /\*:command:\(\(init\\:/],
    ['pinpull check ', /\n--output=\[[^\]]*\]:format:\(text json yaml sarif junit markdown html github\)\n/],
    ['pinpull check ', /\n!--format=\[[^\]]*\]:format:\(text json yaml sarif junit markdown html github\)\n/],
    ['pinpull check --output json ', /--config=\[[^\n]*\]:file:_files\n/],
    ['pinpull check ', /^-f\[[^\n]*\]:file:_files\n--filename=\[[^\n]*\]:file:_files\n/],
    ['pinpull helm install-plugin ', /--directory=\[[^\n]*\]:folder:_files -\/\n/],
    ['pinpull completion ', /\*:shell:\(bash zsh fish\)\n/],
  ])('%s', (line, given) => {
    const words = line.split(' ')
    const asked = `compdef() { :; }
${script}
_arguments() { print -rl -- "$@"; }
words=(${words.map((word) => `'${word}'`).join(' ')}) CURRENT=${words.length}
_pinpull`
    expect(execFileSync('zsh', ['-f', '-c', asked], { encoding: 'utf8' })).toMatch(given)
  })
})
