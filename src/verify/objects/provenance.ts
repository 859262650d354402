import type { RequiredAttestation } from '../../config/verify-settings.ts'
import { jsonValueAt } from '../../json.ts'
import { Refusal } from '../refusal.ts'

const PROVENANCE_V1 = 'https://slsa.dev/provenance/v1'
const PROVENANCE_V02 = 'https://slsa.dev/provenance/v0.2'
/** Of every version. */
const SUMMARY = /^https:\/\/slsa\.dev\/verification_summary\//

/** Where and from what an image was built, as a SLSA provenance says. */
export interface Provenance {
  readonly builder: string | undefined
  /** The repository that the build was started from, without scheme and revision: `github.com/acme/web`. */
  readonly source: string | undefined
}

/**
 * Checks what a predicate says against a demand.
 *
 * @returns builder and source, if it is a provenance
 * @throws {Refusal}
 */
export function checkPredicate(
  type: string,
  predicate: unknown,
  { builder, source }: RequiredAttestation,
): Provenance {
  if (SUMMARY.test(type)) checkSummary(predicate)
  const found = readProvenance(type, predicate)
  if (builder !== undefined && found.builder !== builder) {
    throw new Refusal('it was built by another builder', {
      wanted: `builder ${builder}`,
      found: found.builder ?? 'no builder',
    })
  }
  if (source !== undefined && (found.source === undefined || found.source !== repositoryOf(source))) {
    throw new Refusal('it was built from another source', {
      wanted: `source ${source}`,
      found: found.source ?? 'no source',
    })
  }
  return found
}

/**
 * A verification summary says what somebody else found (slsa.dev/spec/v1.1/verification_summary). Only PASSED is a yes. Versions before 1
 * spelled the key with an underscore.
 */
function checkSummary(predicate: unknown): void {
  const result = jsonValueAt(predicate, 'verificationResult') ?? jsonValueAt(predicate, 'verification_result')
  if (result !== 'PASSED') {
    throw new Refusal('the verification that it summarizes did not pass', {
      wanted: 'PASSED',
      found: textOf(result) ?? 'no result',
    })
  }
}

/** Reads a SLSA provenance (slsa.dev/spec/v1.1/provenance and v0.2); other predicates have neither builder nor source. */
export function readProvenance(type: string, predicate: unknown): Provenance {
  if (type === PROVENANCE_V1) {
    const parameters = jsonValueAt(predicate, 'buildDefinition', 'externalParameters')
    const dependencies = jsonValueAt(predicate, 'buildDefinition', 'resolvedDependencies')
    return {
      builder: textOf(jsonValueAt(predicate, 'runDetails', 'builder', 'id')),
      // What was asked for comes before what was fetched: later dependencies are actions, charts and base images.
      source: firstRepository([
        jsonValueAt(parameters, 'workflow', 'repository'),
        jsonValueAt(parameters, 'configSource', 'uri'),
        jsonValueAt(parameters, 'source', 'uri'),
        jsonValueAt(parameters, 'source'),
        Array.isArray(dependencies) ? jsonValueAt(dependencies[0], 'uri') : undefined,
      ]),
    }
  }
  if (type === PROVENANCE_V02) {
    return {
      builder: textOf(jsonValueAt(predicate, 'builder', 'id')),
      source: firstRepository([jsonValueAt(predicate, 'invocation', 'configSource', 'uri')]),
    }
  }
  return { builder: undefined, source: undefined }
}

function firstRepository(uris: readonly unknown[]): string | undefined {
  const uri = uris.find((one) => typeof one === 'string' && one !== '')
  return typeof uri === 'string' ? repositoryOf(uri) : undefined
}

/**
 * Returns the repository of a source URI, whole: `git+https://github.com/acme/web@refs/heads/main` and
 * `https://github.com/acme/web.git` are `github.com/acme/web`. Undefined if it is no repository's URI.
 */
export function repositoryOf(uri: string): string | undefined {
  const bare = uri.replace(/^git\+/, '').replace(/^(?:https?|ssh|git):\/\//, '')
  const [, host = '', path = ''] = /^(?:git@)?([\w.-]+(?::\d+)?)\/([^@#?\s]+)/.exec(bare) ?? []
  if (host === '' || path === '') return undefined
  return `${host.toLowerCase()}/${path.replace(/\/+$/, '').replace(/\.git$/, '')}`
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
