import { describe, expect, test } from 'vitest'
import { imageTriggerDiagnostics } from '../../../src/kube/diagnostics/image-trigger.ts'
import { findImages } from '../../../src/kube/find/find-images.ts'
import { inputOf } from '../find/found.ts'

function warned(text: string): (string | undefined)[] {
  const { documents, source } = inputOf(text)
  return imageTriggerDiagnostics(findImages(documents, source).fields, source).map(
    ({ code, at }) => `${code} ${at?.container}`,
  )
}

const deployment = (annotation: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  annotations:
    image.openshift.io/triggers: '${annotation}'
spec:
  template:
    spec:
      containers: [{name: web, image: " "}, {name: side, image: a:1}]
`

const config = (triggers: string): string => `apiVersion: apps.openshift.io/v1
kind: DeploymentConfig
spec:
  triggers: ${triggers}
  template:
    spec:
      containers: [{name: web, image: a:1}, {name: side, image: a:1}]
`

const path = 'spec.template.spec.containers[?(@.name==\\"web\\")].image'

describe('an image that a controller writes again', () => {
  test.each<[name: string, text: string, expected: readonly string[]]>([
    [
      'by annotation',
      deployment(`[{"from":{"kind":"ImageStreamTag","name":"x:1"},"fieldPath":"${path}"}]`),
      ['IMAGE_TRIGGERED web'],
    ],
    ['paused', deployment(`[{"fieldPath":"${path}","paused":"true"}]`), []],
    ['another field', deployment('[{"fieldPath":"spec.x"}]'), []],
    ['no JSON', deployment('[{'), []],
    ['no list', deployment('{"a":1}'), []],
    [
      'by a DeploymentConfig',
      config(
        '[{type: ConfigChange}, {type: ImageChange, imageChangeParams: {automatic: true, containerNames: [side]}}]',
      ),
      ['IMAGE_TRIGGERED side'],
    ],
    [
      'not automatic',
      config('[{type: ImageChange, imageChangeParams: {automatic: false, containerNames: [side]}}]'),
      [],
    ],
    ['no triggers', config('[]'), []],
  ])('%s', (_name, text, expected) => {
    expect(warned(text)).toEqual(expected)
  })
})
