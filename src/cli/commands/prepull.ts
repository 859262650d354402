import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import type { PrepullMethod } from '../../inventory/daemon-set.ts'
import { placementOf } from '../../inventory/placement.ts'
import { composePrepull, type PrepullImage } from '../../inventory/prepull.ts'
import type { ContainerType } from '../../kube/image-field.ts'
import { findPullSecrets } from '../../kube/pod/pull-secrets.ts'
import { outputReference } from '../../plan/output-reference.ts'
import { parseReference } from '../../reference/parse.ts'
import type { Digest, Reference } from '../../reference/reference.ts'
import { formatDiagnostics } from '../../report/diagnostic-text.ts'
import { EXIT, exitCodeOf } from '../io/exit.ts'
import type { Io } from '../io/io.ts'
import { messageColor } from '../io/terminal.ts'
import { PREPULL_DEFAULTS } from '../options/common-options.ts'
import type { Flags } from '../options/flags.ts'
import { type Collection, withCollection } from '../session/collection.ts'

interface PrepullFlags extends Flags {
  readonly method?: PrepullMethod | undefined
  readonly name?: string | undefined
  readonly helperImage?: Reference | undefined
}

/**
 * `pinpull prepull`: writes DaemonSets that pull the images of some manifests onto nodes ahead of a rollout.
 *
 * @param files files and folders of manifests; standard input where there are none
 * @returns the exit code
 */
export async function prepull(files: readonly string[], flags: PrepullFlags, io: Io): Promise<number> {
  const findings: Diagnostic[] = []
  let output: string | undefined
  const diagnostics = await withCollection(files, flags, true, io, async (collection, ask) => {
    const helper = flags.helperImage ?? parseReference(PREPULL_DEFAULTS.helperImage)
    const images = prepullImages(collection)
    if (images.length === 0) {
      if (flags.quiet !== true) io.writeMessage('pinpull: prepull: there is no image to pull\n')
      output = ''
      return
    }
    const { descriptor } = await ask(helper)
    const { manifests, leftOut } = composePrepull(images, flags.name ?? PREPULL_DEFAULTS.name, {
      method: flags.method ?? 'init',
      helperImage: pinned(helper, descriptor.digest, collection),
      ...(descriptor.platforms === undefined ? {} : { helperPlatforms: descriptor.platforms }),
    })
    const leave = (image: string): Diagnostic => ({
      code: 'PREPULL_LEFT_OUT',
      severity: 'warning',
      args: { image },
    })
    findings.push(...leftOut.map(leave))
    output = manifests
  })
  const shown = [...diagnostics, ...findings].filter(
    ({ severity }) => severity === 'error' || flags.quiet !== true,
  )
  for (const text of formatDiagnostics(shown, messageColor(flags, io))) io.writeMessage(`${text}\n`)
  if (output === undefined) return exitCodeOf(diagnostics)
  io.writeOutput(output)
  return EXIT.done
}

function prepullImages(collection: Collection): PrepullImage[] {
  const { namesFor } = findPullSecrets(collection.documents)
  return collection.images.map(({ field, reference, resolution }) => {
    const { digest, platforms } = resolution.descriptor
    return {
      image: pinned(reference, digest, collection),
      shortName: reference.path.slice(reference.path.lastIndexOf('/') + 1),
      ...(platforms === undefined ? {} : { platforms }),
      placement: placementOf(field, namesFor(field)),
      use: USES[field.containerType],
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

/** The reference with its digest, under the name that the profile writes: what the nodes will ask for. */
function pinned(reference: Reference, digest: Digest, { profile }: Collection): string {
  const form = { ...profile, output: 'tag-digest' } as const
  return outputReference(reference, reference.digest === undefined ? digest : undefined, form).text
}
