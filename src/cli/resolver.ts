import { defaultKeychain } from '../credentials/default-keychain.ts'
import { runProcess } from '../credentials/process.ts'
import { readTextFile } from '../credentials/text-file.ts'
import type { Resolver } from '../plan/resolver.ts'
import { registryResolver } from '../resolve/registry-resolver.ts'
import { homeOf } from './home.ts'
import type { Io } from './io.ts'
import type { MirrorFlag } from './mirror.ts'
import { VERSION } from './version.ts'

export interface ResolverFlags {
  readonly mirror?: readonly MirrorFlag[]
  readonly verbose?: boolean
}

/** Composes the resolver of this run from its flags and the machine it runs on. Nothing is read or asked yet. */
export function buildResolver({ mirror = [], verbose }: ResolverFlags, io: Io): Resolver {
  return registryResolver({
    mirrors: mirror,
    keychain: defaultKeychain({
      env: io.env,
      home: homeOf(io),
      readFile: readTextFile,
      run: runProcess,
    }),
    userAgent: `pinpull/${VERSION}`,
    ...(verbose === true ? { log: (line: string) => io.writeMessage(`${line}\n`) } : {}),
  })
}
