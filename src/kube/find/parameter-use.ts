/** A use of a parameter: a text such as `$(params.image)` that consists of nothing else. */
export interface ParameterUse {
  readonly kind: 'tekton' | 'trigger' | 'inputs' | 'workflow'
  readonly name: string
}

const NAME = '([\\w-]+)'
const USES: readonly (readonly [ParameterUse['kind'], RegExp])[] = [
  // tektoncd/pipeline, docs/tasks.md "Using Parameters"; `inputs.params` is of v1alpha1.
  ['tekton', new RegExp(`^\\$\\((?:inputs\\.)?params(?:\\.${NAME}|\\[(["'])(.+)\\2\\])\\)$`)],
  // tektoncd/triggers, docs/triggertemplates.md.
  ['trigger', new RegExp(`^\\$\\(tt\\.params\\.${NAME}\\)$`)],
  // argoproj/argo-workflows, docs/variables.md: as a tag, or as an expression.
  ['inputs', new RegExp(`^\\{\\{=?\\s*inputs\\.parameters\\.${NAME}\\s*\\}\\}$`)],
  ['workflow', new RegExp(`^\\{\\{=?\\s*workflow\\.parameters\\.${NAME}\\s*\\}\\}$`)],
]

/** Returns the parameter that a text such as `$(params.image)` uses; undefined if the text has anything else. */
export function parameterIn(text: string): ParameterUse | undefined {
  if (!/^(?:\$\(|\{\{)/.test(text)) return undefined
  for (const [kind, expression] of USES) {
    const match = expression.exec(text)
    const name = match?.[1] ?? match?.[3]
    if (name !== undefined) return { kind, name }
  }
  return undefined
}

/** Returns a regular expression that finds the uses of a parameter in a text. */
export function usePattern({ kind, name }: ParameterUse): RegExp {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  switch (kind) {
    case 'tekton':
      return new RegExp(`(?<!tt\\.)\\bparams(?:\\.${escaped}(?![\\w-])|\\[["']${escaped}["'])`)
    case 'trigger':
      return new RegExp(`\\btt\\.params\\.${escaped}(?![\\w-])`)
    default:
      return new RegExp(
        `\\b${kind}\\.parameters(?:\\.${escaped}(?![\\w-])|\\[["']${escaped}["']|(?![.\\[\\w]))`,
      )
  }
}
