import type { House } from './house.ts'

/** The rooms of src, from the ground up; test/architecture.test.ts holds the sources to it, docs/ARCHITECTURE.md describes it. */
export const HOUSE: House = {
  diagnostics: {
    floor: 1,
    imports: [],
    packages: [],
    inner: {
      roof: ['catalogue.ts', 'diagnostic.ts', 'errors.ts'],
      rooms: { codes: { imports: [], packages: [] } },
    },
  },
  files: { floor: 1, imports: [], packages: ['node:crypto', 'node:fs', 'node:path'] },
  reference: { floor: 1, imports: ['diagnostics'], packages: ['node:crypto'] },
  oci: { floor: 2, imports: ['reference'], packages: [] },
  yaml: {
    floor: 2,
    imports: ['diagnostics'],
    packages: ['node:buffer'],
    inner: {
      roof: ['documents.ts', 'reader.ts', 'stream.ts'],
      rooms: {
        scanner: { imports: [], packages: ['node:buffer'], sealed: true },
        library: { imports: [], packages: ['yaml'], sealed: true },
        edit: { imports: ['reader.ts', 'stream.ts'], packages: ['node:buffer'] },
      },
    },
  },
  credentials: {
    floor: 2,
    imports: ['yaml', 'diagnostics', 'files', 'reference'],
    packages: ['node:child_process', 'node:fs', 'node:path'],
  },
  report: { floor: 2, imports: ['diagnostics', 'reference'], packages: ['diff'] },
  kube: {
    floor: 3,
    imports: ['yaml', 'diagnostics', 'reference'],
    packages: [],
    inner: {
      roof: [],
      rooms: {
        tables: { imports: [], packages: [] },
        pod: { imports: ['tables'], packages: [] },
        find: { imports: ['pod', 'tables'], packages: [] },
        diagnostics: { imports: ['find', 'tables'], packages: [] },
      },
    },
  },
  config: {
    floor: 3,
    imports: ['kube', 'oci', 'yaml', 'diagnostics', 'reference'],
    packages: ['re2js'],
    inner: {
      roof: ['config-map.ts', 'parse.ts', 'view.ts'],
      rooms: { schema: { imports: [], packages: ['@kubernetes-models/apimachinery'] } },
    },
  },
  registry: {
    floor: 3,
    imports: ['credentials', 'oci', 'diagnostics', 'files', 'reference'],
    packages: [],
    inner: {
      roof: ['client.ts', 'composition.ts', 'manifest-request.ts', 'manifest.ts', 'session.ts'],
      rooms: {
        auth: { imports: ['http', 'errors'], packages: [] },
        hosts: { imports: ['http', 'errors'], packages: ['node:path', 'smol-toml'] },
        http: {
          imports: ['errors'],
          packages: [
            'node:dns',
            'node:http',
            'node:http2',
            'node:https',
            'node:net',
            'node:stream',
            'node:tls',
            'node:zlib',
          ],
        },
        errors: { imports: [], packages: [] },
      },
    },
  },
  lock: { floor: 3, imports: ['oci', 'yaml', 'diagnostics', 'files', 'reference'], packages: ['node:path'] },
  cache: { floor: 3, imports: ['oci', 'files', 'reference'], packages: ['node:path'] },
  layout: {
    floor: 3,
    imports: ['oci', 'diagnostics', 'files', 'reference'],
    packages: ['node:crypto', 'node:fs', 'node:path', 'node:stream', 'node:zlib'],
  },
  plan: {
    floor: 4,
    imports: ['config', 'kube', 'oci', 'report', 'yaml', 'diagnostics', 'reference'],
    packages: [],
  },
  resolve: {
    floor: 5,
    imports: [
      'plan',
      'cache',
      'layout',
      'lock',
      'registry',
      'credentials',
      'oci',
      'diagnostics',
      'reference',
    ],
    packages: [],
  },
  inventory: { floor: 5, imports: ['plan', 'kube', 'oci', 'yaml', 'diagnostics', 'reference'], packages: [] },
  'transform.ts': {
    floor: 5,
    imports: ['plan', 'config', 'kube', 'report', 'yaml'],
    packages: [],
  },
  hosts: { floor: 6, imports: ['report', 'yaml', 'diagnostics'], packages: ['node:buffer'] },
  'index.ts': {
    floor: 6,
    imports: ['transform.ts', 'plan', 'config', 'oci', 'report', 'diagnostics', 'reference'],
    packages: [],
  },
  cli: {
    floor: 7,
    imports: [
      'hosts',
      'inventory',
      'resolve',
      'transform.ts',
      'plan',
      'cache',
      'config',
      'kube',
      'layout',
      'lock',
      'registry',
      'credentials',
      'oci',
      'report',
      'yaml',
      'diagnostics',
      'files',
      'reference',
    ],
    packages: ['commander'],
    inner: {
      roof: ['command-table.ts', 'main.ts', 'program.ts'],
      rooms: {
        io: { imports: [], packages: ['node:fs', 'node:os', 'node:path'] },
        options: { imports: ['io'], packages: [] },
        completion: { imports: ['options'], packages: [] },
        session: { imports: ['io', 'options'], packages: ['node:fs', 'node:path'] },
        commands: {
          imports: ['completion', 'io', 'options', 'session'],
          packages: ['node:fs', 'node:path'],
        },
      },
    },
  },
}
