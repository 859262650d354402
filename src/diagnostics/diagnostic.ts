import type { Code } from './catalogue.ts'
import type { Severity } from './catalogue-entry.ts'

/** Names one Kubernetes object, with the fields of the KRM functions specification's `ResourceIdentifier`. */
export interface ResourceIdentifier {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
}

/** Where in the input something is. Everything that is known is given; lines and columns begin at 1. */
export interface Location {
  /** The file's name; absent for standard input. */
  readonly file?: string
  /** The position of the YAML document in its stream, from 1. */
  readonly document?: number
  readonly line?: number
  /** In characters, not bytes. */
  readonly column?: number
  readonly resource?: ResourceIdentifier
  /** How many Pods of the resource this is about, if it stands for the Pods that it owns. */
  readonly pods?: number
  /** The container's (or volume's) name, where it has one. */
  readonly container?: string
  /** The field, as `spec.template.spec.containers[0].image`. */
  readonly path?: string
}

/** The values that a code's message and hint are filled with. Never a secret. */
export type Args = Readonly<Record<string, string | number>>

/**
 * A coded finding about the user's input: a value that is collected and reported, never thrown.
 * Callers tell findings apart by `code`; the sentence is made from it in one place, `report/message.ts`.
 */
export interface Diagnostic {
  readonly code: Code
  readonly severity: Severity
  readonly args: Args
  readonly at?: Location
}

/** Takes a warning that arises while registries are asked, where no answer could carry it. */
export type ReportWarning = (warning: Diagnostic) => void
