import { defaultKeychain } from '../credentials/default-keychain.ts'
import { EMPTY_KEYCHAIN, type Keychain } from '../credentials/keychain.ts'
import { homeFolder } from '../files/home.ts'
import { realTextFiles } from '../files/text-files.ts'
import { type Environment, processEnvironment, runProgram } from './machine.ts'

export interface DockerKeychainOptions {
  /** A `config.json` that is searched first, and has to exist. */
  readonly authFile?: string | undefined
  /** Has `HOME`, `DOCKER_CONFIG` and others; by default the environment of the process. */
  readonly env?: Environment | undefined
}

/**
 * The credentials that docker, podman, skopeo and buildah find on this machine, with their credential helpers
 * (docs/credentials.md). Nothing is read before a registry requires a credential.
 */
export function dockerKeychain({
  authFile,
  env = processEnvironment(),
}: DockerKeychainOptions = {}): Keychain {
  return defaultKeychain({
    env,
    home: homeFolder(env),
    userId: process.platform === 'linux' ? process.getuid?.() : undefined,
    readFile: realTextFiles.readText,
    run: runProgram,
    authFile,
  })
}

/** A keychain without any credential. */
export const anonymousKeychain: Keychain = EMPTY_KEYCHAIN
