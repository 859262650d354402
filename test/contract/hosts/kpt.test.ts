import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startRegistry } from '../../support/registry/registry.ts'
import { createSandbox } from '../../support/sandbox.ts'
import { KPT_VERSION, kpt } from '../support/kpt.ts'
import { describeWith } from '../support/need.ts'
import { copyFixture } from './fixture.ts'
import { reported, sameRender } from './same-render.ts'

const kptfile = (exec: string, config: string): string =>
  `apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: shop\npipeline:\n  mutators:\n    - exec: ${exec}\n${config}`

describeWith({ kpt }, 'kpt renders the same', (programs) => {
  test('render: a package of the files of the kustomization', async () => {
    const registry = await startRegistry({ anyName: true, mirror: true })
    const sandbox = createSandbox({ PINPULL_MIRROR: `*=${registry.url}` })
    try {
      sandbox.addCommand('kpt', programs.kpt)
      copyFixture(sandbox.folder)
      const base = join(sandbox.folder, 'kustomize/base')
      // kpt takes objects alone: no kustomization, no List, no encrypted file of a generator.
      for (const file of ['kustomization.yaml', 'list.yaml', 'login.enc.yaml']) rmSync(join(base, file))
      for (const folder of ['plain', 'pinned'])
        cpSync(base, join(sandbox.folder, folder), { recursive: true })
      sandbox.write('plain/Kptfile', kptfile('cat', ''))
      sandbox.write('pinned/Kptfile', kptfile('pinpull --krm', '      configMap:\n        profile: prod\n'))
      const render = 'kpt fn render --allow-exec --output unwrap'
      const [before, after] = [await sandbox.bash(`${render} plain`), await sandbox.bash(`${render} pinned`)]
      expect([before.code, after.code], after.stderr).toEqual([0, 0])
      // The Kptfile comes first, and names the function.
      const objects = ({ stdout }: { readonly stdout: string }): string =>
        stdout.slice(stdout.indexOf('---\n'))
      const name = `kpt ${KPT_VERSION} beside cat, by bytes`
      const comparison = sameRender(name, objects(before), objects(after), { bytes: true })
      expect(reported(comparison)).toMatchObject({ objects: 10, images: 7, policies: 8, others: [] })
    } finally {
      sandbox.remove()
      await registry.close()
    }
  })

  test('the version is the one that docs/hosts names', async () => {
    const sandbox = createSandbox()
    try {
      expect((await sandbox.run(programs.kpt, ['version'])).stdout).toContain(KPT_VERSION)
    } finally {
      sandbox.remove()
    }
  })
})
