import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path'
import { readDocuments } from '../../yaml/documents.ts'
import { findEncodingError } from '../../yaml/encoding.ts'
import { readSource } from '../../yaml/source.ts'
import type { ScratchFolder, SourceDisk } from '../source-disk.ts'
import { KUSTOMIZATION_NAMES } from '../source-kind.ts'
import { fetchedTexts, fetchedTextsIn } from './fetched-texts.ts'
import { pathsOf, rootsOf } from './kustomization.ts'

/** The folders that a kustomization is built from. */
export interface KustomizationTree {
  /** The kustomization's own folder first; then those that it includes, directly or not. */
  readonly folders: readonly string[]
  /** Why it must not be built: `it uses https://…, which is not on this disk, and nothing is fetched`; absent if it may be. */
  readonly obstacle?: string | undefined
}

/** Finds the folders that a kustomization is built from, and what it would fetch. Nothing is fetched. */
export function readTree(folder: string, disk: Pick<SourceDisk, 'read'>): KustomizationTree {
  const folders = new Set<string>()
  const remote: string[] = []
  let pluginFolder: string | undefined
  const visit = (at: string): boolean => {
    if (folders.has(at)) return true
    const bytes = KUSTOMIZATION_NAMES.map((name) => disk.read(join(at, name))).find(
      (one) => one !== undefined,
    )
    if (bytes === undefined) return false
    folders.add(at)
    if (findEncodingError(bytes) !== undefined) return true
    for (const [, root] of rootsOf(readDocuments(readSource(bytes)).documents)) {
      const { resources, plugins, files } = pathsOf(root)
      remote.push(...fetchedTexts(root))
      for (const path of resources) {
        if (!isLocal(path)) remote.push(path)
        else if (disk.read(join(at, path)) === undefined && !visit(normalize(join(at, path))))
          remote.push(path)
      }
      for (const path of plugins) {
        const file = isLocal(path) ? disk.read(join(at, path)) : undefined
        if (file !== undefined) remote.push(...fetchedTextsIn(file))
        else if (!isLocal(path) || !visit(normalize(join(at, path)))) remote.push(path)
        else pluginFolder = path
      }
      for (const path of files) if (!isLocal(path)) remote.push(path)
    }
    return true
  }
  visit(normalize(folder))
  const [first] = remote
  const obstacle =
    first !== undefined
      ? `it uses ${first}, which is not on this disk, and nothing is fetched`
      : pluginFolder && `what the transformers in ${pluginFolder} would fetch cannot be seen`
  return { folders: [...folders], obstacle }
}

/** Whether a path cannot be a URL, nor the address of a repository as git has them (`git@host:path`). */
function isLocal(path: string): boolean {
  return !isAbsolute(path) && !/:\/\/|^git@|::|^[\w.-]+@?[\w.-]*:/.test(path)
}

/** The most files that are copied, and their size in bytes: a repository of manifests has far fewer. */
const MOST_FILES = 20_000
const MOST_BYTES = 256 * 1024 * 1024

/** Folders that no kustomization is made from. */
const NOT_COPIED: ReadonlySet<string> = new Set(['.git', 'node_modules'])

/**
 * Copies the folders that a kustomization is built from, so that a changed one can be built without changing a file of the user.
 * They keep their places in relation to each other.
 * @param changed new contents of files, by absolute path
 * @returns the path of the kustomization's copy, relative to `target`; undefined if there is too much to copy
 */
export function copyTree(
  { folders }: KustomizationTree,
  target: ScratchFolder,
  disk: SourceDisk,
  changed: ReadonlyMap<string, Uint8Array>,
): string | undefined {
  const absolute = folders.map((folder) => resolve(disk.cwd, folder))
  const base = commonFolder(absolute)
  const copied = new Set<string>()
  let bytesLeft = MOST_BYTES
  const copy = (folder: string): boolean => {
    if (copied.has(folder)) return true
    copied.add(folder)
    for (const { name, kind } of disk.list(folder) ?? []) {
      const path = join(folder, name)
      if (kind === 'folder') {
        if (!NOT_COPIED.has(name) && !copy(path)) return false
        continue
      }
      const isLeft = kind === 'other' || (kind === 'link' && !disk.isWithin(path, disk.cwd))
      const bytes = isLeft ? undefined : (changed.get(path) ?? disk.read(path))
      if (bytes === undefined) continue
      bytesLeft -= bytes.length
      if (bytesLeft < 0 || copied.size > MOST_FILES) return false
      copied.add(path)
      target.write(relative(base, path), bytes)
    }
    return true
  }
  return absolute.every(copy) ? relative(base, absolute[0] ?? base) : undefined
}

function commonFolder(folders: readonly string[]): string {
  const [first = sep, ...others] = folders
  let common = first.split(sep)
  for (const other of others) {
    const parts = other.split(sep)
    const differ = common.findIndex((part, index) => parts[index] !== part)
    if (differ >= 0) common = common.slice(0, differ)
  }
  return common.join(sep) || sep
}
