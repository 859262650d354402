import { basename, resolve } from 'node:path'
import { PinpullError } from '../../diagnostics/errors.ts'
import { printable } from '../../diagnostics/printable.ts'
import { isWithinFolder } from '../../files/trusted-path.ts'
import type { Layout } from '../../layout/layout.ts'
import { createLock } from '../../lock/lock.ts'
import type { LockFile } from '../../lock/lock-file.ts'
import { openSignatureStore } from '../../lock/signature-store.ts'
import type { Resolver } from '../../plan/resolver.ts'
import type { Verifier } from '../../plan/verifier.ts'
import { signedRuleFor } from '../../plan/verify-rule.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { type AttachmentJudge, attachmentJudge } from '../../resolve/attachment-judge.ts'
import { chainSources, layoutSource, registrySource } from '../../resolve/attachment-source.ts'
import { concurrencyOf } from '../../resolve/concurrency.ts'
import { layoutResolver } from '../../resolve/layout-resolver.ts'
import { type JudgeAttachments, lockVerifier } from '../../resolve/lock-verifier.ts'
import { lazyVerifier } from '../../resolve/memoization.ts'
import { withEarlyRules } from '../../resolve/registries.ts'
import { clientResolver } from '../../resolve/registry-resolver.ts'
import { registryVerifier } from '../../resolve/registry-verifier.ts'
import { ruleFileReader } from '../../resolve/rule-file.ts'
import { judgeFound } from '../../resolve/verification.ts'
import { CONFIG_FILE } from './config.ts'
import { lockPath, shownPath } from './lock.ts'
import { namesOtherHost, restrictCredentials } from './registries.ts'
import { configFolder, type Session } from './session.ts'

/** Where a verifier searches for what is attached to a digest, and how it judges that. */
export interface VerifierParts {
  /** Gives the registry client of the run when it is first needed; absent where registries may not be asked. */
  readonly openClient?: (() => RegistryClient) | undefined
  /** Searched before registries. */
  readonly layouts?: readonly Layout[]
  /** The judge of the run, if others use it, too. */
  readonly judge?: AttachmentJudge
}

/**
 * Opens the verifier of a run, by what is beside the lock file, in layouts, and by what registries have attached to a digest.
 *
 * @param file the lock file, if there is one
 */
export function openVerifier(
  session: Session,
  file: LockFile | undefined,
  { openClient, layouts = [], judge = openJudge(session) }: VerifierParts,
): Verifier {
  const isSearched = openClient !== undefined || layouts.length > 0
  const searching = isSearched
    ? lazyVerifier(() => openSearch(session, layouts, openClient?.(), judge))
    : undefined
  if (file === undefined && searching !== undefined) return searching
  const { path, name, lock } = file ?? absentLock(session)
  const store = openSignatureStore(path, shownPath(path, session.io))
  const judgeBy: JudgeAttachments = (request, attachments, index) =>
    judgeFound(request, attachments, judge, index)
  return lockVerifier({ lock, file: name, store, judge: judgeBy, fallback: searching })
}

/** Wraps the resolver of a run to read keys, and load what verifies, while the first digest is being requested. */
export function withVerifierLoaded(resolver: Resolver, session: Session, judge: AttachmentJudge): Resolver {
  return withEarlyRules(resolver, judge, (image) => signedRuleFor(image, session.profile))
}

/** Where only the lock file may be used and there is none, it has no signatures. */
function absentLock(session: Session): Pick<LockFile, 'path' | 'name' | 'lock'> {
  const path = lockPath(session)
  return { path, name: basename(path), lock: createLock([]) }
}

/** Opens what judges by the rules of a configuration. The keys and trusted roots that they name are read when they are needed, once. */
export function openJudge(session: Session): AttachmentJudge {
  const { flags, io } = session
  const folder = configFolder(session)
  // Whoever types the name of a file vouches for it.
  const named = [...(flags.key ?? []), ...(flags.trustedRoot === undefined ? [] : [flags.trustedRoot])]
  const typed = named.map((path) => resolve(io.cwd, path))
  const refusalOf = (path: string, real: string): string | undefined => {
    const isTrusted = session.config.tier === 1 || typed.includes(resolve(folder, path))
    if (isTrusted || isWithinFolder(real, folder)) return undefined
    return `it is a link that leads out of the folder of ${CONFIG_FILE}, which was not named`
  }
  return attachmentJudge(ruleFileReader(folder, refusalOf), tellRoots(session))
}

/** With `--verbose`, each trusted root is printed; sigstore's public one has its date in its name, which says how old it is. */
function tellRoots({ flags, io }: Session): (name: string) => void {
  const told = new Set<string>()
  return (name) => {
    if (flags.verbose !== true || told.has(name)) return
    told.add(name)
    io.writeMessage(`${printable(`pinpull: signatures are verified with ${name}`)}\n`)
  }
}

/**
 * Opens the verifier that searches layouts, and then registries. In a run whose configuration was only found, no credential goes to a
 * host that only this configuration names, by a rewrite or as `signatureRepository`.
 *
 * @param client the one that resolves images, whose connections and tokens are used; absent where registries may not be asked
 */
function openSearch(
  session: Session,
  layouts: readonly Layout[],
  client: RegistryClient | undefined,
  judge: AttachmentJudge,
): Verifier {
  const isFound = session.config.tier !== 1
  const registry = client && registrySource({ client, ...(isFound && { isAnonymous: namesOtherHost }) })
  const resolver = client && restrictCredentials(clientResolver(client), session)
  const verifier = registryVerifier({
    source: chainSources([layoutSource(layouts), ...(registry === undefined ? [] : [registry])]),
    judge,
    resolver: layouts.length === 0 && resolver !== undefined ? resolver : layoutResolver(layouts, resolver),
    concurrency: concurrencyOf(session.config.registries),
  })
  return isFound ? explainingWithheld(verifier) : verifier
}

/** Adds to the error of a repository of signatures that requires a login why none was used. */
function explainingWithheld(verifier: Verifier): Verifier {
  return {
    async verify(request) {
      try {
        return await verifier.verify(request)
      } catch (error) {
        const isWithheld = error instanceof PinpullError && error.code === 'CREDENTIAL_MISSING'
        if (!isWithheld || request.rule.signatureRepository === undefined) throw error
        const places = `nowhere, as only ${CONFIG_FILE} names it: --config ${CONFIG_FILE} says that you trust the file`
        throw new PinpullError(error.code, { ...error.args, places }, { cause: error })
      }
    },
  }
}
