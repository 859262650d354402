import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { errorReason } from '../files/file-system.ts'
import { readRegularFile } from '../files/regular-file.ts'
import type { ReadRuleFile } from './attachment-judge.ts'

/** A trusted root has some tens of kilobytes; one of a company with many authorities, some hundreds. */
const MAX_FILE_SIZE = 4 * 1024 * 1024

/**
 * Reads the keys and trusted roots that rules name. Links are followed, since the files of a ConfigMap are links.
 *
 * @param folder of the configuration
 * @param refusalOf why a file may not be read, as a clause: gets its path in the rule, and its absolute one without links
 */
export function ruleFileReader(
  folder: string,
  refusalOf: (path: string, real: string) => string | undefined = () => undefined,
): ReadRuleFile {
  return async (path) => {
    try {
      const real = realpathSync(resolve(folder, path))
      const problem = refusalOf(path, real)
      if (problem !== undefined) return { problem }
      return readRegularFile(real, MAX_FILE_SIZE) ?? { problem: 'it does not exist' }
    } catch (error) {
      return { problem: errorReason(error) }
    }
  }
}
