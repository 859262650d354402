import { describe, expect, test } from 'vitest'
import { readInput } from '../../../src/transform.ts'

const findingsIn = (text: string) => readInput(new TextEncoder().encode(text)).diagnostics

const secret = (rest: string) => `apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n${rest}`

describe("a Secret that holds Flux's mask", () => {
  test.each<[name: string, text: string, path: string]>([
    ['as text', secret("stringData:\n  password: '**SOPS**'\n"), 'stringData.password'],
    ['as base64 under data', secret('data:\n  password: KipTT1BTKio=\n'), 'data.password'],
    ['as base64 under stringData', secret('stringData: {password: "KipTT1BTKio="}\n'), 'stringData.password'],
    ['with three asterisks', secret('data: {a: KioqU09QUyoq}\n'), 'data.a'],
    [
      'as a Docker configuration',
      secret('data: {.dockerconfigjson: eyJtYXNrIjoiKipTT1BTKioifQ==}\n'),
      'data[".dockerconfigjson"]',
    ],
    [
      'as the text of a Docker configuration',
      secret(`stringData: {.dockerconfigjson: '{"mask":"**SOPS**"}'}\n`),
      'stringData[".dockerconfigjson"]',
    ],
    ['beside a value of its own', secret('data: {a: YQ==, b: KipTT1BTKio=}\n'), 'data.b'],
    ['in a block', secret('stringData:\n  a: |\n    **SOPS**\n'), 'stringData.a'],
    [
      'in a list',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  stringData: {a: "**SOPS**"}\n',
      'items[0].stringData.a',
    ],
    [
      'in JSON',
      '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"db"},"data":{"a":"KipTT1BTKio="}}',
      'data.a',
    ],
    ['in the second document', `${secret('')}---\n${secret('data: {a: KipTT1BTKio=}\n')}`, 'data.a'],
  ])('%s', (_, text, path) => {
    expect(findingsIn(text)).toMatchObject([{ code: 'SECRET_MASKED', severity: 'error', at: { path } }])
  })

  test('each Secret is one finding', () => {
    const two = `${secret('data: {a: KipTT1BTKio=, b: KipTT1BTKio=}\n')}---\n${secret('data: {a: KipTT1BTKio=}\n')}`
    expect(findingsIn(two)).toMatchObject([{ at: { document: 1 } }, { at: { document: 2 } }])
  })
})

describe('what is not a masked Secret', () => {
  test.each<[name: string, text: string]>([
    [
      'a value that mentions the mask',
      secret('stringData: {README: "values show as **SOPS** in a preview"}\n'),
    ],
    ['a ConfigMap', 'apiVersion: v1\nkind: ConfigMap\ndata: {a: "**SOPS**"}\n'],
    [
      'a Secret that is still encrypted',
      secret(
        'stringData: {a: "ENC[AES256_GCM,data:YQ==,type:str]"}\nsops: {mac: "ENC[AES256_GCM,data:YQ==]"}\n',
      ),
    ],
    ['a Secret without data', secret('data: null\nstringData: "**SOPS**"\n')],
    ['a Secret of another group', 'apiVersion: example.com/v1\nkind: Secret\ndata: {a: "**SOPS**"}\n'],
  ])('%s', (_, text) => {
    expect(findingsIn(text)).toEqual([])
  })
})
