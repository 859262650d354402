import type { Diagnostic } from '../../diagnostics/diagnostic.ts'
import { type InputFacts, inputDiagnostics } from './manifests.ts'

interface ProofFlags {
  readonly ignoreOtherFiles?: boolean | undefined
  readonly changedSince?: string | undefined
}

/**
 * Reports inputs without a Kubernetes object as errors, since they prove nothing: kustomize, Helm 3 and a pipe without pipefail all end
 * successfully with no output after something went wrong. A list of changed files may well hold none.
 */
export function proofDiagnostics(inputs: readonly InputFacts[], flags: ProofFlags): readonly Diagnostic[] {
  const { ignoreOtherFiles, changedSince } = flags
  const diagnostics = inputDiagnostics(inputs, { requirePinned: true, ignoreOtherFiles })
  const isExplained = diagnostics.some(({ code }) => code !== 'FILES_LEFT_OUT')
  const mayBeOthers = ignoreOtherFiles === true || changedSince !== undefined
  if (!isExplained && !mayBeOthers && inputs.every(({ isEmpty }) => isEmpty))
    return [...diagnostics, inputs.length === 0 ? NOTHING_READ : NOTHING_PROVED]
  return diagnostics.map((one) => (one.code === 'FILES_LEFT_OUT' ? one : { ...one, severity: 'error' }))
}

const NOTHING_PROVED: Diagnostic = {
  code: 'INPUT_WITHOUT_OBJECTS',
  severity: 'error',
  args: {
    found: 'it is empty',
    advice: 'check the previous step: did it fail without pipefail, or is everything disabled?',
  },
}

const NOTHING_READ: Diagnostic = {
  code: 'INPUT_WITHOUT_OBJECTS',
  severity: 'error',
  args: { found: 'every file was left out', advice: 'narrow --exclude, so that it leaves a file to check' },
}
