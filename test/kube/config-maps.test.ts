import { describe, expect, test } from 'vitest'
import { BUILTIN_PROFILES } from '../../src/config/builtin.ts'
import { transform } from '../../src/transform.ts'
import { fixedResolver } from '../support/fixed-resolver.ts'
import { found } from './found.ts'

const digest = `sha256:${'a'.repeat(64)}`

function configMap(name: string, data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n${data}`
}

describe('ConfigMaps that a known controller reads', () => {
  test.each<[name: string, data: string, expected: readonly string[]]>([
    [
      'config-deployment',
      '  queue-sidecar-image: a:1\n  _example: |\n    queue-sidecar-image: b:1\n',
      ['R5 data.queue-sidecar-image a:1'],
    ],
    [
      'workflow-controller-configmap',
      '  executor: |\n    image: a:1\n    imagePullPolicy: Always\n',
      ['R5 data.executor.image a:1'],
    ],
    ['another', '  queue-sidecar-image: a:1\n  executor: |\n    image: a:1\n', []],
  ])('%s', (name, data, expected) => {
    expect(found(configMap(name, data))).toEqual(expected)
  })

  test('an image in a text is pinned where it stands, with the pull policy beside it', async () => {
    const text = configMap('workflow-controller-configmap', '  executor: |\n    image: a:1 # the executor\n')
    const { output } = await transform(new TextEncoder().encode(text), {
      profile: BUILTIN_PROFILES.get('prod')!,
      resolver: fixedResolver({ 'a:1': 'a' }),
      signal: new AbortController().signal,
    })
    expect(new TextDecoder().decode(output)).toBe(
      configMap(
        'workflow-controller-configmap',
        `  executor: |\n    image: a:1@${digest} # the executor\n    imagePullPolicy: IfNotPresent\n`,
      ),
    )
  })
})
