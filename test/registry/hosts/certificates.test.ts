import { describe, expect, test } from 'vitest'
import { readCaCertificates } from '../../../src/registry/hosts/certificates.ts'
import { fixedFiles } from '../../support/fixed-files.ts'
import { createAuthority } from '../../support/registry/certificate.ts'

const one = createAuthority('One').ca.trim()
const other = createAuthority('Other').ca.trim()

const read = (env: Record<string, string>, files: Record<string, string>, unreadable: string[] = []) =>
  readCaCertificates(env, fixedFiles(files, unreadable))

describe('SSL_CERT_DIR', () => {
  test.each(['5ad8a5d6.0', 'corp-ca', 'corp.pem', '.hidden', 'ca.crt', 'x.txt'])(
    'a file counts, whatever it is called: %s',
    async (name) => {
      expect(await read({ SSL_CERT_DIR: '/d' }, { [`/d/${name}`]: one })).toEqual([one])
    },
  )

  test('several folders, with colons between them and nothing', async () => {
    const files = { '/d/a': one, '/e/b': other, '/e/c': one }
    expect(await read({ SSL_CERT_DIR: '/d::/e:/missing:' }, files)).toEqual([one, other])
  })

  test('what else lies there is passed over', async () => {
    const files = {
      '/d/key.pem': '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----',
      '/d/crl.pem': '-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----',
      '/d/folder/inside': other,
      '/d/text': 'x',
      '/d/locked': other,
      '/d/two': `text\n${one}\n# more\n${one}\n`,
    }
    expect(await read({ SSL_CERT_DIR: '/d' }, files, ['/d/locked'])).toEqual([one])
  })

  test('a folder that cannot be read', async () => {
    expect(await read({ SSL_CERT_DIR: '/d' }, { '/d/a': one }, ['/d'])).toEqual([])
  })
})

describe('SSL_CERT_FILE', () => {
  test('beside the folders', async () => {
    const env = { SSL_CERT_FILE: '/f', SSL_CERT_DIR: '/d' }
    expect(await read(env, { '/f': other, '/d/a': one })).toEqual([other, one])
  })

  test('one that is not there is none, and one that cannot be read is an error', async () => {
    expect(await read({ SSL_CERT_FILE: '/f' }, {})).toEqual([])
    await expect(read({ SSL_CERT_FILE: '/f' }, { '/f': one }, ['/f'])).rejects.toMatchObject({
      code: 'REGISTRY_HOSTS_INVALID',
      args: { file: '/f', reason: 'it cannot be read (EACCES)' },
    })
  })
})

test('neither is set', async () => {
  expect(await read({}, {})).toEqual([])
})
