/** Selects objects by their labels, like Kubernetes' `metav1.LabelSelector`. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly LabelSelectorRequirement[]
}

interface LabelSelectorRequirement {
  readonly key: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** An error in a selector, with the keys and indexes that lead to it. */
export interface SelectorError {
  readonly path: readonly (string | number)[]
  readonly reason: string
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist']

/** apimachinery, util/validation `IsQualifiedName`: an optional DNS prefix, a slash, and a name of 63 characters. */
const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

/**
 * Finds the errors that `ValidateLabelSelector` of Kubernetes' apimachinery (pkg/apis/meta/v1/validation) would find
 * in a selector of a valid shape.
 */
export function findSelectorErrors(selector: LabelSelector): SelectorError[] {
  const errors: SelectorError[] = []
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    const path = ['matchLabels', key]
    if (!isLabelKey(key)) errors.push({ path, reason: `"${key}" is not a label key` })
    if (!isLabelValue(value)) errors.push({ path, reason: `"${value}" is not a label value` })
  }
  for (const [index, expression] of (selector.matchExpressions ?? []).entries()) {
    const { key, operator } = expression
    const values = expression.values ?? []
    const path = ['matchExpressions', index]
    if (!isLabelKey(key)) errors.push({ path: [...path, 'key'], reason: `"${key}" is not a label key` })
    if (!OPERATORS.includes(operator)) {
      errors.push({
        path: [...path, 'operator'],
        reason: `"${operator}" is not one of ${OPERATORS.join(', ')}`,
      })
    } else if (operator.endsWith('In') && values.length === 0) {
      errors.push({ path, reason: `${operator} needs values` })
    } else if (operator.endsWith('Exist') || operator === 'Exists') {
      if (values.length > 0) {
        errors.push({ path: [...path, 'values'], reason: `${operator} takes no values` })
      }
    }
    for (const [at, value] of values.entries()) {
      if (!isLabelValue(value)) {
        errors.push({ path: [...path, 'values', at], reason: `"${value}" is not a label value` })
      }
    }
  }
  return errors
}

/** Finds a contradiction in a valid selector. @returns why no labels can satisfy it; undefined if some can */
export function contradictionIn(selector: LabelSelector): string | undefined {
  const requirements = new Map<
    string,
    { allowed?: Set<string>; excluded: Set<string>; absent: boolean; present: boolean }
  >()
  const requirementOf = (key: string) => {
    const known = requirements.get(key) ?? { excluded: new Set<string>(), absent: false, present: false }
    requirements.set(key, known)
    return known
  }
  const allow = (key: string, values: readonly string[]): void => {
    const one = requirementOf(key)
    one.present = true
    one.allowed = new Set(values.filter((value) => one.allowed === undefined || one.allowed.has(value)))
  }
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) allow(key, [value])
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    if (operator === 'In') allow(key, values ?? [])
    else if (operator === 'NotIn') for (const value of values ?? []) requirementOf(key).excluded.add(value)
    else if (operator === 'Exists') requirementOf(key).present = true
    else requirementOf(key).absent = true
  }
  for (const [key, { allowed, excluded, absent, present }] of requirements) {
    if (absent && present) return `the label ${key} has to be there and has to be absent`
    if (allowed && [...allowed].every((value) => excluded.has(value))) {
      return `no value of the label ${key} satisfies every requirement`
    }
  }
  return undefined
}

/** Compiles a valid selector: as in Kubernetes, every requirement has to hold, and an empty selector matches all. */
export function parseLabelSelector(
  selector: LabelSelector,
): (labels: Readonly<Record<string, string>>) => boolean {
  const equal = Object.entries(selector.matchLabels ?? {})
  const expressions = selector.matchExpressions ?? []
  return (labels) =>
    equal.every(([key, value]) => labels[key] === value) &&
    expressions.every(({ key, operator, values: given }) => {
      const values = given ?? []
      const value = labels[key]
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value)
        case 'NotIn':
          return value === undefined || !values.includes(value)
        case 'Exists':
          return value !== undefined
        default:
          return value === undefined
      }
    })
}

function isLabelKey(key: string): boolean {
  const slash = key.indexOf('/')
  const name = key.slice(slash + 1)
  if (slash < 0) return NAME.test(name)
  const prefix = key.slice(0, slash)
  return prefix.length <= 253 && PREFIX.test(prefix) && NAME.test(name)
}

function isLabelValue(value: string): boolean {
  return value === '' || NAME.test(value)
}
