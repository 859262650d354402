import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { findVerifyRule, type VerifyRule } from '../../config/verify-settings.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import { errorReason } from '../../files/file-system.ts'
import { readRegularFile } from '../../files/regular-file.ts'
import { isWithinFolder } from '../../files/trusted-path.ts'
import { createLock } from '../../lock/lock.ts'
import type { LockFile } from '../../lock/lock-file.ts'
import { openSignatureStore } from '../../lock/signature-store.ts'
import type { Resolver } from '../../plan/resolver.ts'
import type { Verifier } from '../../plan/verifier.ts'
import type { Reference } from '../../reference/reference.ts'
import type { RegistryClient } from '../../registry/client.ts'
import { type AttachmentJudge, attachmentJudge } from '../../resolve/attachment-judge.ts'
import { registrySource } from '../../resolve/attachment-source.ts'
import { concurrencyOf } from '../../resolve/concurrency.ts'
import { type JudgeAttachments, lockVerifier } from '../../resolve/lock-verifier.ts'
import { withEarlyRules } from '../../resolve/registries.ts'
import { clientResolver } from '../../resolve/registry-resolver.ts'
import { registryVerifier } from '../../resolve/registry-verifier.ts'
import { unverifiedError, verificationOf } from '../../resolve/verification.ts'
import { CONFIG_FILE } from './config.ts'
import { lockPath, shownPath } from './lock.ts'
import { namesOtherHost, restrictCredentials } from './registries.ts'
import { configFolder, type Session } from './session.ts'

/** A trusted root has some tens of kilobytes; one of a company with many authorities, some hundreds. */
const MAX_FILE_SIZE = 4 * 1024 * 1024

/**
 * Opens the verifier of a run, by what is beside the lock file, and by what registries have attached to a digest.
 *
 * @param file the lock file, if there is one
 * @param openClient gives the registry client of the run when it is first needed; absent where registries may not be asked
 */
export function openVerifier(
  session: Session,
  file: LockFile | undefined,
  openClient: (() => RegistryClient) | undefined,
): Verifier {
  const judge = openJudge(session)
  const registries = openClient && lazyVerifier(() => openRegistryVerifier(session, openClient(), judge))
  if (file === undefined && registries !== undefined) return registries
  const { path, name, lock } = file ?? absentLock(session)
  const store = openSignatureStore(path, shownPath(path, session.io))
  return lockVerifier({ lock, file: name, store, judge: judgeStored(judge), fallback: registries })
}

/** Wraps the resolver of a run to read keys, and load what verifies, while the first digest is being requested. */
export function withVerifierLoaded(resolver: Resolver, session: Session): Resolver {
  const ruleFor = (image: Reference): VerifyRule | undefined => findVerifyRule(session.profile.verify, image)
  return withEarlyRules(resolver, openJudge(session), ruleFor)
}

/** Where only the lock file may be used and there is none, it has no signatures. */
function absentLock(session: Session): Pick<LockFile, 'path' | 'name' | 'lock'> {
  const path = lockPath(session)
  return { path, name: basename(path), lock: createLock([]) }
}

function lazyVerifier(make: () => Verifier): Verifier {
  let made: Verifier | undefined
  return {
    verify(request) {
      made ??= make()
      return made.verify(request)
    },
  }
}

/** Judges what is stored as what a registry has. */
function judgeStored(judge: AttachmentJudge): JudgeAttachments {
  return async (request, attachments) => {
    const verdict = (await judge.prepare(request.rule))({ digest: request.digest }, attachments)
    if (verdict.kind !== 'verified') throw unverifiedError(request, verdict, attachments.searches)
    return verificationOf(request, verdict, () => attachments.searches[0]?.from ?? '')
  }
}

/** Opens what judges by the rules of a configuration. The keys and trusted roots that they name are read when they are needed, once. */
export function openJudge(session: Session): AttachmentJudge {
  const folder = configFolder(session)
  return attachmentJudge(async (path) => {
    try {
      // Links are followed, since the files of a ConfigMap are links.
      const real = realpathSync(resolve(folder, path))
      if (session.config.tier !== 1 && !isWithinFolder(real, folder)) {
        return { problem: `it is a link that leads out of the folder of ${CONFIG_FILE}, which was not named` }
      }
      return readRegularFile(real, MAX_FILE_SIZE) ?? { problem: 'it does not exist' }
    } catch (error) {
      return { problem: errorReason(error) }
    }
  })
}

/**
 * Opens the verifier that asks registries. In a run whose configuration was only found, no credential goes to a host that only this
 * configuration names, by a rewrite or as `signatureRepository`.
 *
 * @param client the one that resolves images, whose connections and tokens are used
 */
export function openRegistryVerifier(
  session: Session,
  client: RegistryClient,
  judge: AttachmentJudge,
): Verifier {
  const isFound = session.config.tier !== 1
  const verifier = registryVerifier({
    source: registrySource({ client, ...(isFound && { isAnonymous: namesOtherHost }) }),
    judge,
    resolver: restrictCredentials(clientResolver(client), session),
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
