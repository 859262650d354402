import { InternalError, PinpullError } from '../diagnostics/errors.ts'
import type {
  EmbeddedRule,
  FieldExclusion,
  FieldOptions,
  UserFieldRule,
  ValueExpression,
} from '../kube/find/field-options.ts'
import type { KindSelector } from '../kube/gvk.ts'
import { type PathPattern, parsePathPattern } from '../kube/path-pattern.ts'
import { skippedReason } from '../kube/tables/lookup.ts'
import { parseSplitKeys } from '../kube/tables/table-row.ts'
import type { FieldPath } from '../yaml/nodes.ts'
import type { ConfigDiagnostic } from './config-node.ts'
import { parseExpression } from './expression.ts'

/** The Kubernetes types that a setting applies to; an absent key matches any value (`KindSelector`). */
export interface KindSpec {
  readonly group?: string
  readonly version?: string
  readonly kind?: string
}

/** An entry of `spec.fields.rules`: an image field that the user adds to the built-in ones. */
export interface FieldRuleSpec extends KindSpec {
  /** The object's name; one `*` at its beginning or end matches any text. */
  readonly name?: string
  /** The object's namespace; an object without one matches too, since it may be applied to any. */
  readonly namespace?: string
  /** From the object's root: `spec.jobs[].image`, `*` for any key. */
  readonly path: string
  /** A key beside the image, or a path from the object's root. */
  readonly policyPath?: string
  /** A regular expression whose first group is the reference. */
  readonly value?: string
  /** How several keys of a mapping form a reference: `{repository}:{tag}`. */
  readonly parts?: string
  /** The field's text is itself a document. */
  readonly embedded?: { readonly format: 'json' | 'yaml'; readonly path?: string }
}

/** An entry of `spec.fields.exclude`: image fields in which Pinpull does not look for images. */
export interface FieldExclusionSpec extends KindSpec {
  /** The path from the object's root; absent for every field of the type. */
  readonly path?: string
}

/** `spec.fields` of a configuration: what it adds to, or removes from, the fields in which images are found. */
export interface FieldsSpec {
  /** Types whose optional fields are found as well. */
  readonly optional?: readonly KindSpec[]
  readonly rules?: readonly FieldRuleSpec[]
  readonly exclude?: readonly FieldExclusionSpec[]
  /** What to do about strings elsewhere that equal a pinned image. */
  readonly copies?: 'report' | 'pin'
}

/** Compiles `spec.fields` of a configuration, which must be valid. */
export function parseFields({ optional = [], rules = [], exclude = [], copies }: FieldsSpec): FieldOptions {
  return {
    optional: optional.map(selectorOf),
    rules: rules.map(parseRule),
    exclude: exclude.map(parseExclusion),
    copies,
  }
}

function parseRule(spec: FieldRuleSpec): UserFieldRule {
  const { name, namespace, path, policyPath, value, parts, embedded } = spec
  const keys = parts === undefined ? undefined : parseSplitKeys(parts)
  return {
    selector: selectorOf(spec),
    object: name === undefined && namespace === undefined ? undefined : { name, namespace },
    path: parsePathPattern(path),
    policyPath,
    ...(value === undefined ? {} : { value: expressionOf(value) }),
    parts: keys,
    ...(embedded === undefined ? {} : { embedded: parseEmbedded(embedded) }),
  }
}

function parseEmbedded({ format, path }: NonNullable<FieldRuleSpec['embedded']>): EmbeddedRule {
  return path === undefined ? { format } : { format, path: parsePathPattern(path) }
}

function parseExclusion(spec: FieldExclusionSpec): FieldExclusion {
  const { path } = spec
  return { selector: selectorOf(spec), ...(path === undefined ? {} : { path: parsePathPattern(path) }) }
}

function selectorOf({ group, version, kind }: KindSpec): KindSelector {
  return { group, version, kind }
}

/**
 * Finds errors in `spec.fields`: paths and expressions that cannot be parsed, and types that are never searched.
 * @param at the path of `fields` in the configuration
 */
export function checkFields(fields: FieldsSpec, at: FieldPath): ConfigDiagnostic[] {
  const { optional = [], rules = [], exclude = [] } = fields
  return [
    ...optional.flatMap((spec, index) => checkKind(spec, [...at, 'optional', index])),
    ...rules.flatMap((spec, index) => checkRule(spec, [...at, 'rules', index])),
    ...exclude.flatMap((spec, index) => [
      ...checkKind(spec, [...at, 'exclude', index]),
      ...checkPath(spec.path, [...at, 'exclude', index, 'path']),
    ]),
  ]
}

/** A rule may name a type that is skipped otherwise: its author knows that the field holds an image. */
function checkRule(spec: FieldRuleSpec, at: FieldPath): ConfigDiagnostic[] {
  return [
    ...checkPath(spec.path, [...at, 'path']),
    ...checkPath(spec.embedded?.path, [...at, 'embedded', 'path']),
    ...checkPath(spec.policyPath, [...at, 'policyPath']),
    ...checkExpression(spec.value, [...at, 'value']),
    ...checkParts(spec, [...at, 'parts']),
  ]
}

/** A type that is never searched has no fields that could be found or skipped. */
function checkKind({ group, version = '', kind }: KindSpec, path: FieldPath): ConfigDiagnostic[] {
  if (group === undefined || kind === undefined || /\*/.test(group + kind)) return []
  const reason = skippedReason({ group, version, kind })
  return reason === undefined
    ? []
    : [{ code: 'CONFIG_RULE_DEAD', path, reason: `${kind} is never searched: ${reason}` }]
}

function checkParts({ parts, value, embedded }: FieldRuleSpec, path: FieldPath): ConfigDiagnostic[] {
  if (parts === undefined) return []
  if (parseSplitKeys(parts) === undefined) {
    const reason = `is "${parts}", and has to be like {registry}/{repository}:{tag}@{digest}; the first and the last may be absent`
    return [{ code: 'CONFIG_INVALID', path, reason }]
  }
  if (value === undefined && embedded === undefined) return []
  return [
    { code: 'CONFIG_INVALID', path, reason: 'has no use beside value or embedded: they are about a text' },
  ]
}

function checkPath(text: string | undefined, path: FieldPath): ConfigDiagnostic[] {
  const error = text === undefined ? undefined : pathError(text)
  return error === undefined ? [] : [{ code: 'CONFIG_INVALID', path, reason: `is "${text}": ${error}` }]
}

function pathError(text: string): string | undefined {
  try {
    const { steps }: PathPattern = parsePathPattern(text)
    return steps.length === 0 ? 'it is empty' : undefined
  } catch (error) {
    if (!(error instanceof PinpullError)) throw error
    return `${error.args['reason']}, at character ${error.args['column']}`
  }
}

function checkExpression(text: string | undefined, path: FieldPath): ConfigDiagnostic[] {
  if (text === undefined) return []
  const read = parseExpression(text)
  if (read.kind === 'invalid')
    return [{ code: 'CONFIG_INVALID', path, reason: `is not a regular expression: ${read.reason}` }]
  if (read.groups > 0) return []
  return [{ code: 'CONFIG_INVALID', path, reason: 'has no group: its first one is the reference' }]
}

/** @throws {InternalError} if it was not checked before */
function expressionOf(text: string): ValueExpression {
  const read = parseExpression(text)
  if (read.kind === 'expression') return read.expression
  throw new InternalError(`the expression ${text} was not checked: ${read.reason}`)
}
