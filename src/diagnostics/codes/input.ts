import type { CatalogueEntry } from '../catalogue-entry.ts'

/** Codes about the bytes on standard input, the YAML in them, and what is written back. */
export type InputCode =
  | 'INPUT_NOT_READ'
  | 'INPUT_IDLE'
  | 'FILES_BESIDE_STREAM'
  | 'FILES_NOT_JOINED'
  | 'INPUT_WITHOUT_OBJECTS'
  | 'DOCUMENT_WITHOUT_OBJECT'
  | 'FILES_LEFT_OUT'
  | 'FILES_UNCHANGED'
  | 'OUTPUT_NOT_WRITTEN'
  | 'INPUT_NOT_UTF8'
  | 'YAML_INVALID'
  | 'TEMPLATE_UNRENDERED'
  | 'SECRET_MASKED'
  | 'YAML_ALIAS_CONFLICT'

export const inputCodes: Readonly<Record<InputCode, CatalogueEntry>> = {
  INPUT_NOT_READ: {
    severity: 'error',
    exit: 'usage',
    title: 'Standard input cannot be read',
    message: 'standard input cannot be read: {reason}',
    hint: 'pipe manifests into it, or redirect it from a file',
  },
  INPUT_IDLE: {
    severity: 'info',
    exit: 'usage',
    title: 'Standard input is open, but nothing has arrived',
    message: 'standard input was not read: it is an open pipe that has sent nothing',
    hint: 'to read it too, add - to the files; if nothing will come, add < /dev/null, which also saves waiting',
  },
  FILES_BESIDE_STREAM: {
    severity: 'error',
    exit: 'usage',
    title: 'Files are named where standard input has the manifests',
    message: '{reason}',
    hint: '{advice}',
  },
  FILES_NOT_JOINED: {
    severity: 'error',
    exit: 'usage',
    title: 'A file cannot be printed after another one',
    message: '{file} cannot be printed after another file: {reason}',
    hint: 'pin it in a run of its own',
  },
  INPUT_WITHOUT_OBJECTS: {
    severity: 'warning',
    exit: 'input',
    title: 'The input is not a Kubernetes manifest',
    message: 'the input contains no Kubernetes object: {found}',
    hint: '{advice}',
  },
  DOCUMENT_WITHOUT_OBJECT: {
    severity: 'warning',
    exit: 'input',
    title: 'A document or a named file without a Kubernetes object',
    message: 'no Kubernetes object: {found}',
    hint: '{advice}',
  },
  FILES_LEFT_OUT: {
    severity: 'info',
    exit: 'input',
    title: 'Files of a folder were skipped',
    message: 'skipped: {left}',
    hint: 'to read a skipped file, name it on the command line',
  },
  FILES_UNCHANGED: {
    severity: 'info',
    exit: 'input',
    title: 'No manifest has changed',
    message: 'no {what} changed since {revision}{others}',
    hint: 'to read files that have not changed, omit --changed-since',
  },
  OUTPUT_NOT_WRITTEN: {
    severity: 'error',
    exit: 'external',
    title: 'Standard output cannot be written',
    message: 'standard output cannot be written: {reason}',
    hint: 'discard the output: it may be incomplete',
  },
  INPUT_NOT_UTF8: {
    severity: 'error',
    exit: 'input',
    title: 'Input is not UTF-8',
    message: 'the input is not UTF-8: {reason}',
    hint: '{advice}',
  },
  YAML_INVALID: {
    severity: 'error',
    exit: 'input',
    title: 'Invalid YAML',
    message: 'invalid YAML: {reason}',
    hint: 'correct it there, or in the template that it was rendered from',
  },
  TEMPLATE_UNRENDERED: {
    severity: 'error',
    exit: 'input',
    title: 'A template that was not rendered',
    message: 'this is a template that has not been rendered: {action}',
    hint: 'render it first: helm template NAME CHART | pinpull; put literal braces in quotes',
  },
  SECRET_MASKED: {
    severity: 'error',
    exit: 'input',
    title: 'A Secret holds a mask in place of its value',
    message:
      'this Secret contains **SOPS**, which flux build writes in place of a value: it is a preview and must not be applied',
    hint: 'render with kustomize build, and leave decryption and substitution to Flux (docs/hosts/flux.md)',
  },
  YAML_ALIAS_CONFLICT: {
    severity: 'error',
    exit: 'input',
    title: 'One anchored value needs two results',
    message: 'one anchored value would need two results: {first}, but {second}',
    hint: 'write the value out where the alias is used, so that each place can be edited on its own',
  },
}
