import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A project that has installed the packed package, with its dependencies and Node's types and nothing else. */
export interface PackedPackage {
  readonly folder: string
  /** The package's own folder. */
  readonly installed: string
  write(name: string, text: string): void
  /** Compiles files as strictly as TypeScript can, libraries included. @returns what the compiler prints */
  compile(...files: readonly string[]): string
  /** Runs a script of the project. */
  run(file: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ran>
  remove(): void
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Packs the package and installs it in a new folder, without a network. */
export function installPackage(): PackedPackage {
  const folder = mkdtempSync(join(tmpdir(), 'pinpull-packed-'))
  const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { filename } = JSON.parse(packed)[0]
  const installed = join(folder, 'node_modules/pinpull')
  mkdirSync(installed, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, filename), '-C', installed, '--strip-components=1'])
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), '@types/node', 'undici-types']) {
    const link = join(folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return {
    folder,
    installed,
    write: (name, text) => writeFileSync(join(folder, name), text),
    compile: (...files) => compile(folder, files),
    run: (file, args, env) =>
      new Promise((resolve) => {
        execFile(
          process.execPath,
          ['--disable-warning=ExperimentalWarning', file, ...args],
          { cwd: folder, env: { PATH: process.env['PATH'], HOME: folder, ...env } },
          (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
        )
      }),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

const STRICT = [
  [
    '--strict',
    '--exactOptionalPropertyTypes',
    '--noUncheckedIndexedAccess',
    '--noPropertyAccessFromIndexSignature',
  ],
  ['--skipLibCheck', 'false', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023'],
  ['--types', 'node', '--allowImportingTsExtensions', '--erasableSyntaxOnly', '--verbatimModuleSyntax'],
].flat()

function compile(folder: string, files: readonly string[]): string {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  return spawnSync(process.execPath, [tsc, ...STRICT, ...files], { cwd: folder, encoding: 'utf8' }).stdout
}
