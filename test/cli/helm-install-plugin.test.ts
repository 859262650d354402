import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'

/** A program that answers the two questions as Helm does, and no others. */
function fakeHelm(path: string, version: string, plugins: string): void {
  writeFileSync(
    path,
    `#!/bin/sh\ncase "$*" in\n  'version --template {{.Version}}') printf %s '${version}' ;;\n  'env HELM_PLUGINS') echo '${plugins}' ;;\n  *) exit 9 ;;\nesac\n`,
    { mode: 0o755 },
  )
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinpull-helm-'))
  mkdirSync(join(folder, 'bin'))
  return () => rmSync(folder, { recursive: true })
})

const install = (args: readonly string[] = [], env: Record<string, string> = {}) =>
  runProgram(['helm', 'install-plugin', ...args], {
    env: { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, HOME: folder, ...env },
    cwd: folder,
  })

describe('pinpull helm install-plugin', () => {
  test('installs the plugin in the first folder that Helm 4 searches, and explains how to use it', async () => {
    fakeHelm(join(folder, 'bin/helm'), 'v4.2.4', `${folder}/plugins:/elsewhere`)
    const { code, stdout, stderr } = await install()
    expect([code, stdout.toString(), stderr]).toEqual([
      0,
      `${folder}/plugins/pinpull\n`,
      'pinpull: installed; use it with: helm upgrade … --post-renderer pinpull --post-renderer-args=--profile=prod\n',
    ])
    expect(statSync(join(folder, 'plugins/pinpull/bin/pinpull')).mode & 0o777).toBe(0o755)
    expect(readFileSync(join(folder, 'plugins/pinpull/plugin.yaml'), 'utf8')).toContain('name: pinpull\n')
  })

  test('replaces what it installed before', async () => {
    fakeHelm(join(folder, 'bin/helm'), 'v4.2.4', `${folder}/plugins`)
    await install()
    writeFileSync(join(folder, 'plugins/pinpull/bin/pinpull'), 'old')
    expect((await install()).code).toBe(0)
    expect(readFileSync(join(folder, 'plugins/pinpull/bin/pinpull'), 'utf8')).toMatch(/^#!\/bin\/sh\n/)
  })

  test('does not touch what is not its own', async () => {
    fakeHelm(join(folder, 'bin/helm'), 'v4.2.4', `${folder}/plugins`)
    mkdirSync(join(folder, 'plugins'))
    symlinkSync('/work/copy', join(folder, 'plugins/pinpull'))
    const { code, stderr } = await install()
    expect([code, stderr]).toEqual([
      2,
      `error PLUGIN_IN_THE_WAY: ${folder}/plugins/pinpull exists, and install-plugin did not create it\n  → remove it (helm plugin uninstall pinpull), or choose another folder with --directory\n`,
    ])
  })

  test('keeps out of a folder that a Helm 3 reads too', async () => {
    fakeHelm(join(folder, 'bin/helm'), 'v4.2.4', `${folder}/plugins`)
    fakeHelm(join(folder, 'bin/helm3'), 'v3.21.4', `${folder}/plugins`)
    const { code, stdout, stderr } = await install()
    const apart = `${folder}/.local/share/pinpull/helm4-plugins`
    expect([code, stdout.toString()]).toEqual([0, `${apart}/pinpull\n`])
    expect(stderr).toContain(`For Helm 4 set HELM_PLUGINS=${apart}:${folder}/plugins, then: helm upgrade`)
  })

  test('a Helm 3 with other plugin folders has no effect', async () => {
    fakeHelm(join(folder, 'bin/helm'), 'v4.2.4', `${folder}/plugins`)
    fakeHelm(join(folder, 'bin/helm3'), 'v3.21.4', `${folder}/plugins3`)
    expect((await install()).stdout.toString()).toBe(`${folder}/plugins/pinpull\n`)
  })

  describe('with --before', () => {
    const script = (path: string): void =>
      writeFileSync(join(folder, path), '#!/bin/sh\nsed s/web/api/\n', { mode: 0o755 })
    const plugin = (): string => readFileSync(join(folder, 'plugins/pinpull/bin/pinpull'), 'utf8')
    beforeEach(() => fakeHelm(join(folder, 'bin/helm'), 'v4.2.4', `${folder}/plugins`))

    test.each([
      ['a path from the working directory', './old.sh', 'old.sh'],
      ['a path with a space and a quote', "./it's old.sh", "it's old.sh"],
      ['a program on the PATH', 'old', 'bin/old'],
    ])('%s is called by its absolute path', async (_, before, path) => {
      script(path)
      const { code, stderr } = await install(['--before', before])
      expect([code, stderr.split('\n')[1]]).toEqual([
        0,
        `pinpull: the plugin runs ${folder}/${path} first; to remove that, uninstall the plugin and install it again`,
      ])
      expect(plugin()).toContain(`'--before=${`${folder}/${path}`.replaceAll("'", `'\\''`)}' "$@"`)
      // Whoever updates it says nothing of that.
      const again = await install()
      expect(again.stderr).toContain(`the plugin still runs ${folder}/${path} first`)
      expect(plugin()).toContain("'--before=")
    })

    test('another program replaces the one before, and without the plugin there is none', async () => {
      script('old.sh')
      script('new.sh')
      await install(['--before', './old.sh'])
      await install(['--before', './new.sh'])
      expect(plugin()).toContain('/new.sh')
      expect(plugin()).not.toContain('/old.sh')
      rmSync(join(folder, 'plugins/pinpull'), { recursive: true })
      expect((await install()).stderr).not.toContain('first')
      expect(plugin()).not.toContain('--before')
    })

    test.each([
      ['does not exist', './nothing'],
      ['is not on the PATH', 'nothing'],
    ])('a program that %s', async (_, before) => {
      const { code, stderr } = await install(['--before', before])
      expect([code, stderr.split('\n')[0]]).toEqual([
        2,
        `error USAGE: --before: ${before} does not exist or is not executable`,
      ])
    })

    test('Helm 3 takes it as an argument', async () => {
      script('old.sh')
      fakeHelm(join(folder, 'bin/helm'), 'v3.21.4', `${folder}/plugins`)
      expect((await install(['--before', './old.sh'])).stderr).toBe(
        `pinpull: Helm 3 needs no plugin: helm upgrade … --post-renderer pinpull --post-renderer-args=--before=${folder}/old.sh\n`,
      )
    })
  })

  test('has nothing to do for Helm 3', async () => {
    fakeHelm(join(folder, 'bin/helm'), 'v3.21.4', `${folder}/plugins`)
    const { code, stdout, stderr } = await install()
    expect([code, stdout.toString(), stderr]).toEqual([
      0,
      '',
      'pinpull: Helm 3 needs no plugin: helm upgrade … --post-renderer pinpull\n',
    ])
  })

  test('asks the Helm that HELM_BIN names, and takes a folder of one’s own', async () => {
    fakeHelm(join(folder, 'my-helm'), 'v4.0.0', '/nowhere')
    const { stdout, stderr } = await install(['--directory', 'here'], { HELM_BIN: join(folder, 'my-helm') })
    expect(stdout.toString()).toBe(`${folder}/here/pinpull\n`)
    expect(stderr).toMatch(
      /^pinpull: installed; where Helm 4 looks elsewhere, set HELM_PLUGINS=\S+\/here:\/nowhere, then: /,
    )
  })

  test.each([
    ['without any Helm', undefined],
    ['beside a Helm 3', 'v3.21.4'],
  ])('fills a folder of one’s own %s, for an image or another machine', async (_, version) => {
    if (version !== undefined) fakeHelm(join(folder, 'bin/helm'), version, `${folder}/plugins`)
    const { code, stdout, stderr } = await install(['--directory', 'here'])
    expect([code, stdout.toString()]).toEqual([0, `${folder}/here/pinpull\n`])
    expect(stderr).toContain(`set HELM_PLUGINS=${folder}/here, then: helm upgrade`)
  })

  test('keeps out of the folder of a Helm 3 though it is named', async () => {
    fakeHelm(join(folder, 'bin/helm'), 'v3.21.4', `${folder}/plugins`)
    const { code, stdout, stderr } = await install(['--directory', 'plugins'])
    expect([code, stdout.toString(), stderr.split(':')[1]]).toEqual([0, '', ' Helm 3 needs no plugin'])
  })

  test.each([
    ['there is none', undefined],
    ['it is something else', 'v4-alpha of a game'],
  ])('an error where %s', async (_, version) => {
    if (version !== undefined) fakeHelm(join(folder, 'bin/helm'), version, '/nowhere')
    const { code, stderr } = await install()
    expect([code, stderr]).toEqual([
      2,
      'error HELM_NOT_FOUND: helm could not be run, or is not Helm\n  → install Helm, or set HELM_BIN to the Helm that you use\n',
    ])
  })
})
