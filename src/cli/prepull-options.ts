import type { PrepullMethod } from '../inventory/daemon-set.ts'
import type { Reference } from '../reference/reference.ts'
import type { CollectionFlags } from './collection.ts'
import type { MessageFlags } from './common-options.ts'
import { parseImage } from './image-flag.ts'
import { ArgumentError, choiceOption, type OptionSpec } from './option.ts'

export interface PrepullFlags extends CollectionFlags, Pick<MessageFlags, 'quiet' | 'color'> {
  readonly method?: PrepullMethod
  readonly name?: string
  readonly helperImage?: Reference
}

/** Static, so that it runs in every image, and there for every architecture that Kubernetes has nodes of. */
export const DEFAULT_HELPER = 'docker.io/library/busybox:1.37.0-musl'

export const DEFAULT_NAME = 'pinpull-prepull'

const METHODS: readonly PrepullMethod[] = ['init', 'volume']

/** The options of `pinpull prepull` that no other command has. */
export const PREPULL_OPTIONS: readonly OptionSpec[] = [
  choiceOption(
    'method',
    'method',
    METHODS,
    'how images are pulled; init runs each once, volume mounts each (Kubernetes 1.35 or newer)',
  ),
  {
    name: 'name',
    value: 'name',
    description: `the name of the DaemonSet (default: ${DEFAULT_NAME}); those for special nodes get a suffix`,
    parse: parseName,
  },
  {
    name: 'helper-image',
    value: 'reference',
    description: `the image whose static /bin/busybox is used (default: ${DEFAULT_HELPER})`,
    parse: parseImage,
  },
]

/** A DNS label that leaves room for a suffix, since it becomes the value of a label, too. */
function parseName(text: string): string {
  if (/^[a-z0-9](?:[-a-z0-9]{0,52}[a-z0-9])?$/.test(text)) return text
  throw new ArgumentError(`"${text}" is no name of at most 54 lower-case letters, digits and dashes`)
}
