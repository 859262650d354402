import type { FoundField } from './field-at.ts'
import type { CopyRule, FieldRuleRow } from './field-rules.ts'
import { type Visit, writtenNode } from './walk.ts'

/** What may be a reference, or one behind `--flag=`. Cheap, since most strings are not: equality decides later. */
const MAY_BE_IMAGE = /^(--?[\w.-]+=)?([A-Za-z0-9[][\w.:/@[\]-]*)$/

/**
 * The field that an environment variable, an argument, an annotation or a value of a ConfigMap would be, were it a
 * copy of an image (rule R7).
 *
 * @param rule that leads here; absent where nothing but the place may say so
 */
export function possibleCopy(visit: Visit<FieldRuleRow>, rule?: CopyRule): FoundField | undefined {
  const { node, value } = visit
  if (value.kind !== 'scalar' || !value.isString || (rule === undefined && !isForPrograms(visit)))
    return undefined
  const [, prefix = '', image = ''] = MAY_BE_IMAGE.exec(value.value) ?? []
  if (!/[:/@]/.test(image)) return undefined
  return {
    rule: 'R7',
    containerType: 'custom',
    path: [],
    node: writtenNode(node, value),
    scalar: value,
    image,
    ...(prefix === '' ? {} : { prefix }),
  }
}

function isForPrograms({ key, at, isItem }: Visit<FieldRuleRow>): boolean {
  return isItem ? key === 'args' || key === 'command' : key === 'value' && at.key === 'env'
}
