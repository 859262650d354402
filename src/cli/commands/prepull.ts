import type { Profile } from '../../config/profile.ts'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { PrepullMethod } from '../../inventory/daemon-set.ts'
import { type Placement, placementOf } from '../../inventory/placement.ts'
import { composePrepull, type PrepullImage } from '../../inventory/prepull.ts'
import type { ContainerType, ImageField } from '../../kube/image-field.ts'
import { findPullSecrets, type PodSecrets, podSecretsOf } from '../../kube/pod/pull-secrets.ts'
import { outputReference } from '../../plan/distinct-images.ts'
import { parseReference } from '../../reference/parse.ts'
import type { Digest, Reference } from '../../reference/reference.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { PREPULL_DEFAULTS } from '../options/common-options.ts'
import type { Flags } from '../options/flags.ts'
import { type Collection, withCollection } from '../session/collection.ts'
import { openSession, printDiagnostics } from '../session/session.ts'

interface PrepullFlags extends Flags {
  readonly method?: PrepullMethod | undefined
  readonly name?: string | undefined
  readonly helperImage?: Reference | undefined
}

/**
 * `pinpull prepull`: writes DaemonSets that pull the images of some manifests onto nodes ahead of a rollout.
 *
 * @param files files and folders of manifests; standard input if there are none
 * @returns the exit code
 */
export async function prepull(files: readonly string[], flags: PrepullFlags, io: Io): Promise<number> {
  const session = openSession(flags, io)
  const { profile } = session
  const skipped: Diagnostic[] = []
  let output: string | undefined
  const options = { wantPlatforms: true, isWritten: true, factsOf }
  const diagnostics = await withCollection(files, options, session, async (collection) => {
    const images = prepullImages(collection, profile)
    if (images.length === 0) {
      if (flags.quiet !== true) io.writeMessage('pinpull: prepull: there is no image to pull\n')
      output = ''
      return
    }
    const helper = flags.helperImage ?? parseReference(PREPULL_DEFAULTS.helperImage)
    const { descriptor } = await collection.resolve(helper)
    const { manifests, leftOut } = composePrepull(images, flags.name ?? PREPULL_DEFAULTS.name, {
      method: flags.method ?? 'init',
      helperImage: pinnedText(helper, descriptor.digest, profile),
      helperPlatforms: descriptor.platforms,
    })
    skipped.push(
      ...leftOut.map(
        (image): Diagnostic => ({ code: 'PREPULL_LEFT_OUT', severity: 'warning', args: { image } }),
      ),
    )
    output = manifests
  })
  printDiagnostics([...diagnostics, ...skipped], session)
  if (output === undefined) return exitCodeOf(diagnostics)
  io.writeOutput(output)
  return EXIT.done
}

/** What a DaemonSet needs to know of the Pod around an image. */
interface PodFacts {
  readonly placement: Omit<Placement, 'pullSecrets'>
  readonly secrets: PodSecrets | undefined
  readonly use: PrepullImage['use']
}

function factsOf(field: ImageField): PodFacts {
  return { placement: placementOf(field), secrets: podSecretsOf(field), use: USES[field.containerType] }
}

function prepullImages({ accounts, images }: Collection<PodFacts>, profile: Profile): PrepullImage[] {
  const { namesFor } = findPullSecrets([{ secrets: [], accounts }])
  return images.map(({ facts, reference, resolution }) => {
    const { digest, platforms } = resolution.descriptor
    return {
      image: pinnedText(reference, digest, profile),
      shortName: reference.path.slice(reference.path.lastIndexOf('/') + 1),
      platforms,
      placement: { ...facts.placement, pullSecrets: namesFor(facts.secrets) },
      use: facts.use,
    }
  })
}

const USES: Readonly<Record<ContainerType, PrepullImage['use']>> = {
  container: 'container',
  initContainer: 'container',
  ephemeralContainer: 'container',
  imageVolume: 'volume',
  custom: 'custom',
}

/** The reference with its digest, under the name that the profile rewrites it to: what nodes will pull. */
function pinnedText(reference: Reference, digest: Digest, profile: Profile): string {
  const form = { ...profile, output: 'tag-digest' } as const
  return outputReference(reference, reference.digest === undefined ? digest : undefined, form).text
}
