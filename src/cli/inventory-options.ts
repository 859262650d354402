import { INVENTORY_FORMATS, type InventoryFormat } from '../inventory/inventory.ts'
import { isReference } from '../reference/parse.ts'
import type { Reference } from '../reference/reference.ts'
import type { CollectionFlags } from './collection.ts'
import type { MessageFlags } from './common-options.ts'
import { collectImages } from './image-flag.ts'
import { ArgumentError, choiceOption, type OptionSpec } from './option.ts'

export interface InventoryFlags extends CollectionFlags, Pick<MessageFlags, 'quiet' | 'color'> {
  readonly format?: InventoryFormat
  readonly to?: string
  readonly image?: readonly Reference[]
  readonly fromLock?: boolean
}

/** The options of `pinpull inventory` that no other command has. */
export const INVENTORY_OPTIONS: readonly OptionSpec[] = [
  choiceOption('format', 'format', Object.keys(INVENTORY_FORMATS), 'what the list is for'),
  {
    name: 'to',
    value: 'registry',
    description:
      'where images are copied to, as registry.example.com/mirror: under it with their whole name; a rewrite of the profile goes before it',
    parse: parseTarget,
  },
  {
    name: 'image',
    value: 'reference',
    description: 'list this image too, which no manifest names; repeatable',
    parse: collectImages,
  },
  { name: 'from-lock', description: 'list what the lock file holds, and read no manifests' },
]

/** Reads a registry's host, with or without the first parts of a repository. */
function parseTarget(text: string): string {
  if (isReference(`${text}/docker.io/library/nginx`) && !text.endsWith('/')) return text
  throw new ArgumentError(`"${text}" is no registry such as registry.example.com/mirror`)
}
