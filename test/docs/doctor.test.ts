import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'
import { startProxy } from '../support/proxy.ts'
import { createAuthority } from '../support/registry/certificate.ts'
import { startRegistry } from '../support/registry/registry.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const PAGE = new URL('../../docs/doctor.md', import.meta.url)

test('the example of docs/doctor.md is what the program prints', async () => {
  const page = readFileSync(PAGE, 'utf8')
  const [, command = '', expected = ''] = /```console\n\$ pinpull (.*)\n([\s\S]*?)```/.exec(page) ?? []
  const authority = createAuthority('Example CA')
  const registry = await startRegistry({
    auth: { kind: 'bearer', users: { ann: 'geheim' }, service: 'registry.example.com' },
    tls: { authority, http2: true, hosts: ['registry.example.com'], name: 'registry.example.com' },
    publicUrl: 'https://registry.example.com',
  })
  registry.push('shop/web:1.4.0')
  const proxy = await startProxy({ 'registry.example.com:443': registry.host })
  const home = temporaryFolder()
  mkdirSync(join(home, '.docker'))
  writeFileSync(join(home, 'company-ca.pem'), authority.ca)
  writeFileSync(
    join(home, '.docker/config.json'),
    JSON.stringify({
      auths: { 'registry.example.com': { auth: Buffer.from('ann:geheim').toString('base64') } },
    }),
  )
  writeFileSync(
    join(home, 'pinpull.yaml'),
    'apiVersion: pinpull.dev/v1alpha1\nkind: Pinpull\nspec: {defaultProfile: prod}\n',
  )
  const { host } = new URL(proxy.url)
  const { code, stdout, stderr } = await runProgram(command.split(' '), {
    cwd: home,
    env: {
      HOME: home,
      HTTPS_PROXY: `http://ann:geheim@${host}`,
      SSL_CERT_FILE: join(home, 'company-ca.pem'),
    },
  })
  await Promise.all([proxy.close(), registry.close()])
  expect([code, stderr]).toEqual([0, ''])
  const printed = stdout
    .toString()
    .replaceAll(host, 'proxy.example.com:3128')
    .replace(/ \(\d+ ms\)$/gm, ' (8 ms)')
  const version = /^( {2}ok {6}version {7}pinpull [^,]+), .*$/m
  expect(printed.replace(version, '$1')).toBe(expected.replace(version, '$1'))
})
