import { dirname, resolve } from 'node:path'
import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { PinpullError } from '../../diagnostics/errors.ts'
import type { Transformed } from '../../transform.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { applyChanges } from '../../yaml/edit/document-edit.ts'
import { applyEdits } from '../../yaml/edit/splice.ts'
import type { Mapping, YamlDocument } from '../../yaml/nodes.ts'
import { readSource, type Source } from '../../yaml/source.ts'
import { lineEdit } from '../line-edit.ts'
import {
  type EditedFile,
  type EditSession,
  joinEdits,
  NO_EDIT,
  type Proof,
  type SourceEdit,
  type SourceFile,
} from '../source-edit.ts'
import { addLeftImages } from './added-images.ts'
import { changesResources, isComponent, type LocatedOverride, overridesAt, rootsOf } from './kustomization.ts'
import { buildChanged, proveBuild } from './kustomization-proof.ts'
import { type KustomizationTree, readTree } from './kustomization-tree.ts'
import { type Builder, findBuilder } from './kustomize-build.ts'
import { editOverrides, type OverrideEdits } from './override-edits.ts'
import { isBelow } from './renamed-images.ts'

/** A kustomization of a run. */
export interface KustomizationFile {
  readonly file: SourceFile
  /** Whether images that only its resources name are listed: it is named itself, or is made from what this run does not edit. */
  readonly listsLeft: boolean
  readonly source: Source
  readonly document: YamlDocument
  readonly root: Mapping
  readonly overrides: readonly LocatedOverride[]
  readonly tree: KustomizationTree
}

/**
 * Edits kustomizations: writes the digest of each image that an entry of `images` sets. Where kustomize or kubectl is installed,
 * each is built before and after the change, and only the images may differ.
 *
 * @param others the edits of other files in the run, which its builds read as well
 */
export async function editKustomizations(
  files: readonly (SourceFile & { readonly isNamed: boolean })[],
  session: EditSession,
  others: readonly EditedFile[],
): Promise<SourceEdit> {
  const read = files.map((file) => readKustomization(file, session))
  const diagnostics = read.flatMap((one) => ('diagnostics' in one ? one.diagnostics : []))
  const found = read.flatMap((one) => ('root' in one ? [one] : []))
  const edited = new Set(found.map(({ tree }) => tree.folders[0]))
  // A base comes before what includes it.
  const all = found
    .map((one) => ({ ...one, listsLeft: one.listsLeft || isMadeElsewhere(one.tree, edited) }))
    .toSorted((a, b) => a.tree.folders.length - b.tree.folders.length)
  const isWanted = ({ overrides, listsLeft }: KustomizationFile): boolean =>
    overrides.length > 0 || listsLeft || session.mayAdd
  const wanted = all.filter(isWanted)
  if (wanted.length === 0 && (all.length === 0 || others.length === 0)) return { ...NO_EDIT, diagnostics }
  const builder = await findBuilder(session)
  const otherContents = new Map(
    others.map(({ file, edits }) => [resolve(session.disk.cwd, file.path), applyEdits(file.bytes, edits)]),
  )
  const run = new Run(all, builder, session, otherContents)
  const edits = new Map<SourceFile, SourceEdit>()
  for (const one of wanted) edits.set(one.file, await run.edit(one))
  const proofs = await run.prove()
  // People look for them in the order of the files.
  const inOrder = files.flatMap((file) => edits.get(file) ?? [])
  return joinEdits([{ ...NO_EDIT, diagnostics }, ...inOrder, proofs])
}

/** Whether a kustomization has a base that is none of the folders of this run, or one that is not on this disk. */
function isMadeElsewhere(
  { folders, obstacle }: KustomizationTree,
  edited: ReadonlySet<string | undefined>,
): boolean {
  return obstacle !== undefined || folders.some((folder) => !edited.has(folder))
}

function readKustomization(
  file: SourceFile & { readonly isNamed: boolean },
  { disk }: EditSession,
): KustomizationFile | Pick<SourceEdit, 'diagnostics'> {
  try {
    const source = readSource(file.bytes, file.path)
    const { documents, diagnostics } = readDocuments(source)
    const [first, ...more] = rootsOf(documents)
    if (diagnostics.length > 0) return { diagnostics }
    if (first === undefined || more.length > 0) {
      const args = {
        file: file.path,
        reason: 'it is not one mapping',
        advice: 'kustomize reads one document',
      }
      return { diagnostics: [{ code: 'SOURCE_LEFT', severity: 'warning', args, at: { file: file.path } }] }
    }
    const [document, root] = first
    const overrides = overridesAt(document, root, ['images'], source)
    const tree = readTree(dirname(file.path), disk)
    return {
      file,
      listsLeft: file.isNamed || changesResources(root),
      source,
      document,
      root,
      overrides,
      tree,
    }
  } catch (error) {
    if (!(error instanceof PinpullError) || error.code !== 'INPUT_NOT_UTF8') throw error
    const { code, args, at } = error
    return { diagnostics: [{ code, severity: 'error', args, ...(at && { at }) }] }
  }
}

/** A build of a kustomization before the run, as this run makes its images; or why there is none. */
export type BuildBefore =
  | { readonly kind: 'built'; readonly transformed: Transformed }
  | { readonly kind: 'not built'; readonly reason: string }

/** The kustomizations of one run: what they make now, and their new contents. */
class Run {
  readonly #all: readonly KustomizationFile[]
  readonly #builder: Builder | undefined
  readonly #session: EditSession
  /** The new contents of other files, by absolute path. */
  readonly #others: ReadonlyMap<string, Uint8Array>
  readonly #changed = new Map<KustomizationFile, Uint8Array>()
  readonly #builds = new Map<KustomizationFile, Promise<BuildBefore>>()

  constructor(
    all: readonly KustomizationFile[],
    builder: Builder | undefined,
    session: EditSession,
    others: ReadonlyMap<string, Uint8Array>,
  ) {
    this.#all = all
    this.#builder = builder
    this.#session = session
    this.#others = others
  }

  /** Plans the edits of one kustomization. */
  async edit(one: KustomizationFile): Promise<SourceEdit> {
    const rendered = await this.#renderedImages(one)
    const planned = await editOverrides(one.overrides, one.source, rendered, this.#session)
    if (planned.changes.length > 0)
      this.#changed.set(one, applyChanges(one.source, [one.document], planned.changes))
    const added = await this.#addLeft(one, planned)
    const after = this.#changed.get(one)
    const { file } = one
    return {
      files: after === undefined ? [] : [{ file, edits: lineEdit(file.bytes, after) }],
      images: [...planned.images, ...added.images],
      proofs: [],
      diagnostics: [...planned.diagnostics, ...added.diagnostics],
    }
  }

  /** Builds everything that has changed, and compares. */
  async prove(): Promise<SourceEdit> {
    const contents = this.#contents()
    const proofs: Proof[] = []
    const diagnostics: Diagnostic[] = []
    const proved = new Set<KustomizationFile>()
    const unproved = new Map<KustomizationFile, string>()
    for (const one of this.#all) {
      if (isComponent(one.root)) continue
      const parts = [...this.#changed.keys()].filter((changed) => includes(one, changed))
      const hasOthers = this.#readsOthers(one)
      if (parts.length === 0 && !hasOthers) continue
      const before = await this.#buildBefore(one)
      if (before.kind === 'not built' || this.#builder === undefined) {
        if (before.kind === 'not built') unproved.set(one, before.reason)
        continue
      }
      const result = await proveBuild(
        one,
        before.transformed,
        contents,
        hasOthers,
        this.#builder,
        this.#session,
      )
      if ('code' in result) diagnostics.push(result)
      else if (result.kind === 'proved') proofs.push(result)
      else {
        unproved.set(one, result.reason)
        continue
      }
      for (const part of [one, ...parts]) proved.add(part)
    }
    for (const one of new Set([...this.#changed.keys(), ...unproved.keys()])) {
      if (proved.has(one)) continue
      const reason = isComponent(one.root)
        ? 'it is a component, and no kustomization of this run that includes it was built'
        : (unproved.get(one) ?? 'it was not built')
      const subject = one.file.path
      proofs.push({ kind: 'not proved', subject, reason })
      const args = { subject, reason }
      diagnostics.push({ code: 'SOURCE_NOT_PROVED', severity: 'warning', args, at: { file: subject } })
    }
    return { files: [], images: [], proofs, diagnostics }
  }

  /** Whether a kustomization may read a manifest that changes in this run. */
  #readsOthers({ tree }: KustomizationFile): boolean {
    const { cwd } = this.#session.disk
    const folders = tree.folders.map((folder) => resolve(cwd, folder))
    return [...this.#others.keys()].some((path) => folders.some((folder) => isBelow(path, folder)))
  }

  /** Everything that this run changes, by absolute path. */
  #contents(): ReadonlyMap<string, Uint8Array> {
    const { cwd } = this.#session.disk
    const changed = [...this.#changed].map(([{ file }, bytes]) => [resolve(cwd, file.path), bytes] as const)
    return new Map([...this.#others, ...changed])
  }

  #buildBefore(one: KustomizationFile): Promise<BuildBefore> {
    const known = this.#builds.get(one) ?? this.#build(one)
    this.#builds.set(one, known)
    return known
  }

  async #build({ file, tree }: KustomizationFile): Promise<BuildBefore> {
    if (tree.obstacle !== undefined) return { kind: 'not built', reason: tree.obstacle }
    if (this.#builder === undefined)
      return { kind: 'not built', reason: 'neither kustomize nor kubectl is installed' }
    const built = await this.#builder.build(resolve(this.#session.disk.cwd, dirname(file.path)))
    if (built.kind !== 'done') {
      const reason = built.kind === 'failed' ? built.reason : 'the program has gone'
      return { kind: 'not built', reason: `${this.#builder.name} cannot build it: ${reason}` }
    }
    const transformed = await this.#session.transform(Buffer.from(built.stdout))
    return { kind: 'built', transformed }
  }

  /** The images of the builds that show what a kustomization does; undefined if none could be built. */
  async #renderedImages(one: KustomizationFile) {
    const users = isComponent(one.root)
      ? this.#all.filter((user) => user !== one && includes(user, one))
      : [one]
    const builds = await Promise.all(users.map((user) => this.#buildBefore(user)))
    const built = builds.flatMap((build) => (build.kind === 'built' ? [build.transformed] : []))
    if (built.length === 0 || built.length < builds.length) return undefined
    return built.flatMap(({ report }) => report.images)
  }

  /** Adds entries for images that only the resources name, or lists them. */
  async #addLeft(
    one: KustomizationFile,
    planned: OverrideEdits,
  ): Promise<Pick<SourceEdit, 'images' | 'diagnostics'>> {
    const nothing = { images: [], diagnostics: [] }
    if (isComponent(one.root) || (!one.listsLeft && !this.#session.mayAdd)) return nothing
    const before = await this.#buildBefore(one)
    if (before.kind === 'not built' || this.#builder === undefined) {
      // With changes, the proof says so.
      const isSaid = before.kind === 'built' || !one.listsLeft || this.#changed.has(one)
      return isSaid ? nothing : { images: [], diagnostics: [unseen(one, before.reason)] }
    }
    const after = await buildChanged(one, this.#contents(), this.#builder, this.#session)
    // Whatever is wrong with the change is found when it is proved.
    if (after.kind !== 'built') return nothing
    const { report } = await this.#session.transform(after.bytes)
    const added = addLeftImages(one, this.#changed.get(one), report.images, planned, this.#session.mayAdd)
    if (added.bytes !== undefined) this.#changed.set(one, added.bytes)
    return added
  }
}

/** The resources of a kustomization may have images that nobody sees. */
function unseen({ file: { path } }: KustomizationFile, reason: string): Diagnostic {
  const advice = 'pin what is rendered: kustomize build FOLDER | pinpull'
  const args = { file: path, reason, advice }
  return { code: 'SOURCE_LEFT', severity: 'warning', args, at: { file: path } }
}

/** Whether a kustomization is built from another one, or is it. */
function includes({ tree }: KustomizationFile, other: KustomizationFile): boolean {
  const [folder = ''] = other.tree.folders
  return tree.folders.includes(folder)
}
