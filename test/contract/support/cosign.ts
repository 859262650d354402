import { execFile } from 'node:child_process'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const KEY_NAMES = ['ours', 'other', 'rsa', 'ed25519'] as const
export type KeyName = (typeof KEY_NAMES)[number]

/** A key pair that cosign signs with. The private key signs what cosign would not write. */
export interface SigningKey {
  /** A PEM file. */
  readonly publicFile: string
  /** cosign's own format, with an empty password. */
  readonly privateFile: string
  readonly privateKey: KeyObject
}

export type SigningKeys = Readonly<Record<KeyName, SigningKey>>

export interface CosignRun {
  readonly code: number
  /** Both streams. */
  readonly output: string
}

/** cosign without any service but the registry. */
export interface Cosign {
  readonly keys: SigningKeys
  /**
   * @param args subcommand and arguments
   * @param env more variables, such as COSIGN_REPOSITORY
   */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<CosignRun>
  /** The same, for a command that must succeed. */
  must(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<void>
}

/** For signing without a log; the tests' registries speak plain HTTP. */
export const SIGN_OFFLINE: readonly string[] = [
  '--yes',
  '--use-signing-config=false',
  '--tlog-upload=false',
  '--allow-insecure-registry',
]

/** For verifying without a log. */
export const WITHOUT_LOG: readonly string[] = ['--insecure-ignore-tlog=true', '--private-infrastructure']

/**
 * Makes the keys: `ours` and `other` are ECDSA P-256, cosign's default.
 *
 * @param binary the program
 * @param folder for the keys; also cosign's home
 */
export async function startCosign(binary: string, folder: string): Promise<Cosign> {
  // Its runs are short: collecting garbage is half of their processor time.
  const base = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    DOCKER_CONFIG: folder,
    COSIGN_PASSWORD: '',
    GOGC: 'off',
  }
  const run: Cosign['run'] = (args, env = {}) =>
    new Promise((done) => {
      execFile(
        binary,
        args,
        { env: { ...base, ...env }, cwd: folder, maxBuffer: 1 << 26 },
        (error, out, err) =>
          done({ code: error === null ? 0 : Number(error.code ?? -1), output: `${out}${err}` }),
      )
    })
  const must: Cosign['must'] = async (args, env) => {
    const { code, output } = await run(args, env)
    if (code !== 0) throw new Error(`cosign ${args.join(' ')}: exit code ${code}\n${output}`)
  }
  const entries: [KeyName, SigningKey][] = []
  for (const name of KEY_NAMES) {
    const { privateKey, publicKey } = generate(name)
    const pem = join(folder, `${name}.pem`)
    writeFileSync(pem, privateKey.export({ type: 'pkcs8', format: 'pem' }))
    await must(['import-key-pair', '--key', pem, '--output-key-prefix', name])
    const publicFile = join(folder, `${name}.pub`)
    writeFileSync(publicFile, publicKey.export({ type: 'spki', format: 'pem' }))
    entries.push([name, { publicFile, privateFile: join(folder, `${name}.key`), privateKey }])
  }
  return { keys: Object.fromEntries(entries) as SigningKeys, run, must }
}

function generate(name: KeyName): { privateKey: KeyObject; publicKey: KeyObject } {
  if (name === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  if (name === 'ed25519') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}
