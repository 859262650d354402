import { cpSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ACTION_PATH, readAction } from '../support/composite-action.ts'
import { createSandbox, type Ran, type Sandbox } from '../support/sandbox.ts'
import { GO_TOOLS, goTool } from './support/go-tool.ts'
import { describeWith, findProgram } from './support/need.ts'
import { npmEnvironment } from './support/npm.ts'

const WORKFLOW = `on: push
jobs:
  pins:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - id: pinpull
        uses: ./pinpull
        with:
          files: |
            out/*.yaml
          profile: prod
      - if: always()
        env:
          CODE: \${{ steps.pinpull.outputs.exit-code }}
          SARIF: \${{ steps.pinpull.outputs.sarif }}
        run: |
          echo "the exit code was $CODE"
          grep -c IMAGE_UNPINNED "$SARIF" || true
`

const PIN_FILES = `on: push
jobs:
  pins:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
      - id: pinpull
        uses: ./pinpull
        with:
          mode: pin-files
          files: out
          args: --locked
      - env:
          CHANGED: \${{ steps.pinpull.outputs.changed }}
          BODY: \${{ steps.pinpull.outputs.body }}
        run: |
          echo "changed: $CHANGED"
          cat out/web.yaml
          cat "$BODY"
`

const DIGEST = `sha256:${'a'.repeat(64)}`
const LOCK = `apiVersion: pinpull.dev/v1alpha1
kind: Lock
images:
  - reference: docker.io/library/nginx:1.27
    digest: ${DIGEST}
    mediaType: application/vnd.oci.image.index.v1+json
`

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "${image}", imagePullPolicy: IfNotPresent}]}\n`

describeWith(
  { act: await goTool(GO_TOOLS.act), git: findProgram('git', 'install git') },
  'act',
  ({ act }) => {
    /** A repository with a workflow that uses a built copy of the action, run by act without a container. */
    async function runWorkflow(sandbox: Sandbox, manifests: string, workflow = WORKFLOW): Promise<Ran> {
      sandbox.write('repository/.github/workflows/pins.yaml', workflow)
      sandbox.write('repository/out/web.yaml', manifests)
      for (const part of ['action.yml', 'package.json', 'bin', 'dist'])
        cpSync(join(ACTION_PATH, part), join(sandbox.folder, 'repository/pinpull', part), { recursive: true })
      // Instead of a copy of the npm package `node`, which is large.
      sandbox.addCommand('node-of-the-action', process.execPath)
      const bin = 'repository/pinpull/node_modules/node/bin'
      mkdirSync(join(sandbox.folder, bin), { recursive: true })
      cpSync(join(sandbox.folder, '.bin/node-of-the-action'), join(sandbox.folder, bin, 'node'))
      return sandbox.bash(
        `git init -q . && git add -A -f && git -c user.email=a@b -c user.name=c commit -q -m x
       HOME='${sandbox.folder}/home' '${act}' push -P ubuntu-latest=-self-hosted --pull=false 2>&1`,
        { cwd: 'repository' },
      )
    }

    test.each([
      ['an image without a digest fails the job', 'nginx:1.27', 1],
      ['pinned images pass', `nginx:1.27@sha256:${'a'.repeat(64)}`, 0],
    ])('%s', async (_, image, code) => {
      const sandbox = createSandbox()
      try {
        const { stdout } = await runWorkflow(sandbox, pod(image))
        expect(stdout).toContain(`the exit code was ${code}`)
        expect(stdout).toContain('### Pinpull: profile prod')
        expect(stdout).toContain(code === 0 ? 'Success - Main ./pinpull' : 'Failure - Main ./pinpull')
        expect(/::error file=out\/web\.yaml,line=4,.*title=IMAGE_UNPINNED::/.test(stdout)).toBe(code === 1)
      } finally {
        sandbox.remove()
      }
    })

    test('mode pin-files changes the files, and has the body of a pull request', async () => {
      const sandbox = createSandbox()
      try {
        sandbox.write('repository/pinpull.lock.yaml', LOCK)
        const { stdout } = await runWorkflow(sandbox, pod('nginx:1.27'), PIN_FILES)
        expect(stdout).toContain('changed: true')
        expect(stdout).toContain(`image: "nginx:1.27@${DIGEST}"`)
        expect(stdout).toContain('### Pinned images')
      } finally {
        sandbox.remove()
      }
    })
  },
)

describe('the step that builds Pinpull', () => {
  test('builds it from a clean checkout, also if the job is for production', async () => {
    const sandbox = createSandbox()
    try {
      const [build] = readAction().runs.steps
      sandbox.write('build.sh', build?.run ?? '')
      const files = `git -C '${ACTION_PATH}' ls-files -z --cached --others --exclude-standard`
      const { code, stdout, stderr } = await sandbox.bash(
        `mkdir action && ${files} | tar -cf - -C '${ACTION_PATH}' --null --files-from=- | tar -xf - -C action
         export GITHUB_ACTION_PATH="$PWD/action" INPUT_PROGRAM='' NODE_ENV=production
         bash --noprofile --norc -eo pipefail build.sh >&2
         action/node_modules/node/bin/node action/bin/pinpull.js --version`,
        { env: npmEnvironment() },
      )
      expect([code, stdout], stderr).toEqual([0, '0.1.0\n'])
    } finally {
      sandbox.remove()
    }
    // It downloads and builds.
  }, 900_000)
})
