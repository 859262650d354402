import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runProgram } from '../../support/program.ts'
import type { SigningKeys } from '../support/cosign.ts'
import type { Demand, Verdict } from './row.ts'

/** An image with what is demanded of it. */
export interface DemandedImage {
  /** As in a manifest: with tag or digest. */
  readonly reference: string
  /** Its host and repository. */
  readonly repository: string
  readonly demand: Demand
  /** The file with the demand's root. */
  readonly root: string | undefined
}

export interface PinpullVerdict {
  readonly verdict: Verdict | 'absent'
  /** What the error says. */
  readonly why: string
}

/** A run over several images, each with an entry of `verify`. */
export interface PinpullRun {
  readonly code: number | undefined
  /** In the order of the images. */
  readonly verdicts: readonly PinpullVerdict[]
}

/** What these tests read of a report. */
interface WrittenReport {
  readonly images: readonly { readonly image: string; readonly verified?: object }[]
  readonly diagnostics: readonly {
    readonly code: string
    readonly severity: string
    readonly message: string
    readonly args: { readonly image?: string }
  }[]
}

/**
 * Pins all of the images in one run, by a profile with one entry for each.
 *
 * @param folder for the configuration and the report
 * @param options of the command line
 */
export async function runPinpull(
  images: readonly DemandedImage[],
  keys: SigningKeys,
  folder: string,
  options: readonly string[] = [],
): Promise<PinpullRun> {
  const verify = images.map(({ repository, demand, root }) => entryOf(repository, demand, root, keys, folder))
  const config = {
    apiVersion: 'pinpull.dev/v1alpha1',
    kind: 'Pinpull',
    metadata: { name: 'table' },
    spec: { profiles: [{ name: 'prod', verify }] },
  }
  // JSON is YAML.
  writeFileSync(join(folder, 'pinpull.yaml'), JSON.stringify(config))
  const pods = images.map(({ reference }, index) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `image-${index}` },
    spec: { containers: [{ name: 'app', image: reference, imagePullPolicy: 'IfNotPresent' }] },
  }))
  const input = pods.map((pod) => `---\n${JSON.stringify(pod)}\n`).join('')
  const report = join(folder, 'report.json')
  const { code } = await runProgram([...options, '--report', report], {
    input,
    cwd: folder,
    env: { PINPULL_CACHE_TTL: '0' },
  })
  const written = JSON.parse(readFileSync(report, 'utf8')) as WrittenReport
  return { code, verdicts: images.map(({ reference }) => verdictOn(reference, written)) }
}

function verdictOn(reference: string, { images, diagnostics }: WrittenReport): PinpullVerdict {
  if (images.some(({ image, verified }) => image === reference && verified !== undefined)) {
    return { verdict: 'verified', why: '' }
  }
  const found = diagnostics.find(({ args, severity }) => severity === 'error' && args.image === reference)
  return { verdict: (found?.code ?? 'absent') as Verdict | 'absent', why: found?.message ?? '' }
}

function entryOf(
  repository: string,
  demand: Demand,
  root: string | undefined,
  keys: SigningKeys,
  folder: string,
) {
  const { key, identity, attestation } = demand
  const host = repository.slice(0, repository.indexOf('/'))
  return {
    images: [repository],
    ...(key === undefined ? {} : { keys: [relative(folder, keys[key].publicFile)] }),
    ...(identity === undefined ? {} : { identities: [identity] }),
    ...(attestation === undefined ? {} : { attestations: [attestation] }),
    ...(root === undefined ? { transparencyLog: 'optional' } : { trustedRoot: relative(folder, root) }),
    ...(demand.repository === undefined ? {} : { signatureRepository: `${host}/${demand.repository}` }),
  }
}
