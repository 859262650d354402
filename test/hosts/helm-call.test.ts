import { expect, test } from 'vitest'
import { isHelmCall } from '../../src/hosts/helm-call.ts'

test.each<[env: Record<string, string>, parent: string | undefined, is: boolean]>([
  [{}, 'helm', true],
  [{}, 'helm3', true],
  [{}, 'helm-v3.21.4', true],
  [{}, 'helmfile', false],
  [{}, 'sh', false],
  [{}, undefined, false],
  [{ HELM_PLUGIN_DIR: '/plugins/pinpull' }, 'sh', true],
  [{ HELM_PLUGIN_DIR: '' }, undefined, false],
])('%j, started by %s', (env, parent, is) => {
  expect(isHelmCall(env, parent)).toBe(is)
})
