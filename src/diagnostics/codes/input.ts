import type { CatalogueEntry } from '../entry.ts'

/** Codes about the bytes on standard input and the YAML in them. */
export type InputCode = 'INPUT_NOT_UTF8' | 'YAML_INVALID' | 'YAML_ALIAS_CONFLICT'

export const inputCodes: Readonly<Record<InputCode, CatalogueEntry>> = {
  INPUT_NOT_UTF8: {
    severity: 'error',
    title: 'Input is not UTF-8',
    message: 'the input is not UTF-8: {reason}',
    hint: 'Kubernetes manifests are UTF-8; re-encode the file that produced this',
  },
  YAML_INVALID: {
    severity: 'error',
    title: 'Invalid YAML',
    message: 'invalid YAML: {reason}',
    hint: 'correct the manifest or the template that rendered it; nothing was written',
  },
  YAML_ALIAS_CONFLICT: {
    severity: 'error',
    title: 'One anchored value needs two results',
    message: 'one anchored value would need two results: {first}, but {second}',
    hint: 'write the value out where the alias is used, so that each place can be edited on its own',
  },
}
