import { tryParseReference } from '../../reference/parse.ts'
import type { ImageEntry } from '../../report/report.ts'
import type { JsonValue } from '../../yaml/json-value.ts'
import type { FieldPath } from '../../yaml/nodes.ts'
import { prove } from './proof.ts'
import type { ChosenValue, Search, State } from './search.ts'

/**
 * Writes the tag beside a digest where a chart then shows both, and the digest alone otherwise. Only where no tag is set, so that the
 * chart's version is the tag: with its next version the digest would be that of another tag, and without a tag it cannot be moved.
 * @param pools the values in which the tag is not set
 * @param mayWrite whether a value may be written
 */
export async function keepTags(
  state: State,
  search: Search,
  pools: readonly JsonValue[],
  mayWrite: (path: FieldPath) => boolean,
): Promise<State> {
  const tags = state.chosen.flatMap((chosen) => tagBeside(chosen, state, search, pools) ?? [])
  const writable = tags.filter(({ path }) => mayWrite(path))
  if (writable.length === 0) return state
  const tried = await withTags(state, writable, search)
  const shown = writable.filter(({ images }) => images.every(({ text }) => hasTag(text, tried, search)))
  if (tried === undefined || shown.length === 0) return state
  return (shown.length === writable.length ? tried : await withTags(state, shown, search)) ?? state
}

async function withTags(
  { chosen }: State,
  tags: readonly ChosenValue[],
  search: Search,
): Promise<State | undefined> {
  const all = [...chosen, ...tags]
  const proof = await prove(all, all, search)
  return proof.kind === 'proved' ? proof.state : undefined
}

/** The tag to write beside a digest that has replaced it. */
function tagBeside(
  { candidate, path, images }: ChosenValue,
  state: State,
  search: Search,
  pools: readonly JsonValue[],
): ChosenValue | undefined {
  const [image] = images
  const tag = image?.reference.tag
  if (candidate.kind !== 'digest' || image === undefined || tag === undefined) return undefined
  if (images.length > 1) return undefined
  if (hasTag(image.text, state, search)) return undefined
  const mapping = path.slice(0, -1)
  if (pools.some((pool) => isSet(valueIn(pool, [...mapping, 'tag'])))) return undefined
  const own = { ...candidate, kind: 'tag', path: [...mapping, 'tag'], text: tag } as const
  return { candidate: own, path: own.path, value: tag, images }
}

/** Whether every field with the image has its tag after the change. */
function hasTag(image: string, state: State | undefined, { before }: Search): boolean {
  return before.every((entry, i) => entry.image !== image || tagOf(state?.fields[i]) !== undefined)
}

function tagOf(entry: ImageEntry | undefined): string | undefined {
  return entry === undefined ? undefined : tryParseReference(entry.image)?.tag
}

function isSet(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null && value !== ''
}

function valueIn(pool: JsonValue, path: FieldPath): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (value, step) =>
      value === null || typeof value !== 'object'
        ? undefined
        : (value as Readonly<Record<string | number, JsonValue>>)[step],
    pool,
  )
}
