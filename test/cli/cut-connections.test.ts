import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { INDEX } from '../support/ask-registry.ts'
import { reset, wholeAnswer } from '../support/faults/answers.ts'
import { type RawServer, rawServer } from '../support/faults/raw-server.ts'
import { runProgram } from '../support/program.ts'

const open: RawServer[] = []
let home = ''

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'pinpull-cut-'))
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
  rmSync(home, { recursive: true })
})

async function serve(kind: 'cuts' | 'answers'): Promise<RawServer> {
  const server = await rawServer({
    onRequest: (socket, request) => {
      if (kind === 'cuts') reset(socket)
      else socket.write(wholeAnswer(request))
    },
  })
  open.push(server)
  return server
}

const IMAGE = 'registry.example.com/app:1.0.0'
const run = (args: readonly string[]) =>
  runProgram(args, {
    input: `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: app, image: "${IMAGE}"}\n`,
    env: { PINPULL_CACHE_TTL: '0' },
    cwd: home,
  })

describe('a registry that cuts every connection', () => {
  test('hands on to the next mirror after its tries', async () => {
    const [one, two] = [await serve('cuts'), await serve('answers')]
    const mirrors = [one, two].map(({ port }) => `{url: 'http://127.0.0.1:${port}'}`)
    writeFileSync(
      join(home, 'pinpull.yaml'),
      `apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec:\n  registries:\n    - host: registry.example.com\n      mirrors: [${mirrors.join(', ')}]\n`,
    )
    const { code, stdout } = await run(['--profile', 'prod', '--config', 'pinpull.yaml'])
    expect([code, stdout.toString()]).toEqual([0, expect.stringContaining(`${IMAGE}@${INDEX.digest}`)])
    expect([one.requests(), two.requests()]).toEqual([5, 1])
  })

  test('costs a warning where unresolved images may stay', async () => {
    const { port } = await serve('cuts')
    const { code, stdout, stderr } = await run([
      '--profile',
      'staging',
      '--mirror',
      `*=http://127.0.0.1:${port}`,
    ])
    expect(code).toBe(0)
    expect(stdout.toString()).toContain(IMAGE)
    expect(stdout.toString()).not.toContain('@sha256')
    expect(stderr).toContain('warning REGISTRY_SPEAKS_TLS')
  })
})
