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
  files: { floor: 1, imports: [], packages: ['node:crypto', 'node:fs', 'node:os', 'node:path'] },
  'version.ts': { floor: 1, imports: [], packages: ['node:fs'] },
  reference: { floor: 1, imports: ['diagnostics'], packages: ['node:crypto'] },
  'duration.ts': { floor: 1, imports: [], packages: [] },
  'json.ts': { floor: 1, imports: [], packages: [] },
  oci: { floor: 2, imports: ['json.ts', 'reference'], packages: [] },
  yaml: {
    floor: 2,
    imports: ['diagnostics'],
    packages: ['node:buffer'],
    inner: {
      roof: ['documents.ts', 'joined-streams.ts', 'reader.ts', 'stream.ts'],
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
  report: {
    floor: 2,
    imports: ['yaml', 'diagnostics', 'reference'],
    packages: ['diff'],
    inner: {
      roof: ['formats.ts'],
      // The hash of the page's style and script stands in its Content-Security-Policy.
      rooms: { html: { imports: [], packages: ['node:crypto'] } },
    },
  },
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
    // report: `config view` is a listing too, in the formats of the others.
    imports: ['kube', 'oci', 'report', 'yaml', 'diagnostics', 'duration.ts', 'reference'],
    packages: ['re2js'],
    inner: {
      roof: ['config-map.ts', 'parse.ts', 'starter.ts', 'view.ts'],
      rooms: {
        schema: { imports: [], packages: ['@kubernetes-models/apimachinery'] },
        // What a schema cannot say.
        checks: { imports: [], packages: [] },
      },
    },
  },
  registry: {
    floor: 3,
    imports: ['credentials', 'oci', 'diagnostics', 'duration.ts', 'files', 'reference'],
    packages: [],
    inner: {
      roof: [
        'attached-object.ts',
        'attachment-budget.ts',
        'attachments.ts',
        'client.ts',
        'composition.ts',
        'endpoint-request.ts',
        'manifest-request.ts',
        'manifest.ts',
        'referrers.ts',
        'registry-event.ts',
        'session.ts',
      ],
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
  cache: { floor: 3, imports: ['oci', 'files', 'json.ts', 'reference'], packages: ['node:path'] },
  layout: {
    floor: 3,
    imports: ['oci', 'diagnostics', 'files', 'json.ts', 'reference'],
    packages: ['node:crypto', 'node:fs', 'node:path', 'node:stream', 'node:zlib'],
  },
  // config: what a rule demands is an argument here as it is compiled there.
  verify: {
    floor: 3,
    imports: ['config', 'oci', 'diagnostics', 'json.ts', 'reference'],
    packages: ['@sigstore/core', '@sigstore/verify', 'node:crypto'],
    inner: {
      roof: ['judge.ts', 'signer.ts', 'verify-attachments.ts'],
      rooms: {
        // What is attached, read and not verified.
        objects: {
          imports: [],
          packages: ['@sigstore/bundle', '@sigstore/core', '@sigstore/verify', 'node:crypto'],
        },
      },
    },
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
      'verify',
      'credentials',
      'oci',
      'diagnostics',
      'files',
      'reference',
    ],
    // The keys and trusted roots that rules name.
    packages: ['node:fs', 'node:path'],
  },
  inventory: {
    floor: 5,
    // lock: it knows which manifests an index has.
    imports: ['plan', 'kube', 'lock', 'oci', 'report', 'yaml', 'diagnostics', 'reference'],
    packages: [],
  },
  guard: {
    floor: 5,
    imports: ['config', 'kube', 'lock', 'oci', 'yaml', 'diagnostics', 'reference'],
    packages: [],
  },
  'transform.ts': {
    floor: 5,
    imports: ['plan', 'config', 'kube', 'report', 'yaml', 'diagnostics'],
    packages: [],
  },
  excerpts: {
    floor: 5,
    imports: ['transform.ts', 'plan', 'kube', 'report', 'yaml', 'diagnostics'],
    packages: [],
  },
  // Editors of the files that manifests are made from: they plan edits, and write nothing.
  sources: {
    floor: 6,
    imports: [
      'resolve',
      'transform.ts',
      'plan',
      'config',
      'kube',
      'layout',
      'report',
      'yaml',
      'diagnostics',
      'reference',
    ],
    packages: ['node:path'],
    inner: {
      roof: ['edit-sources.ts', 'manifest-files.ts'],
      rooms: {
        // layout: charts are archives, too. The hash makes digests that are in no chart.
        helm: { imports: [], packages: ['node:crypto', 'node:path', 'node:stream', 'node:zlib'] },
        kustomize: { imports: [], packages: ['node:path'] },
      },
    },
  },
  hosts: { floor: 6, imports: ['report', 'yaml', 'diagnostics'], packages: ['node:buffer'] },
  // What `pinpull doctor` makes of the events of the registry client, and of this machine: only steps, printed by `cli`.
  doctor: {
    floor: 6,
    imports: [
      'hosts',
      'registry',
      'credentials',
      'oci',
      'report',
      'diagnostics',
      'files',
      'reference',
      'version.ts',
    ],
    packages: ['node:crypto', 'node:fs', 'node:path', 'node:tls'],
  },
  library: {
    floor: 6,
    imports: [
      'resolve',
      'transform.ts',
      'plan',
      'config',
      'lock',
      'credentials',
      'oci',
      'report',
      'yaml',
      'diagnostics',
      'files',
      'version.ts',
    ],
    packages: ['node:path'],
  },
  'index.ts': {
    floor: 6,
    imports: ['library', 'plan', 'credentials', 'oci', 'report', 'diagnostics', 'reference'],
    packages: [],
  },
  cli: {
    floor: 7,
    imports: [
      'doctor',
      'hosts',
      'sources',
      'guard',
      'excerpts',
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
      'duration.ts',
      'json.ts',
      'files',
      'reference',
      'version.ts',
    ],
    packages: ['commander', 'node:v8', 'node:vm', 'node:zlib'],
    inner: {
      roof: [
        'argument-shape.ts',
        'check-commands.ts',
        'command-table.ts',
        'digest-commands.ts',
        'main.ts',
        'manifest-commands.ts',
        'program.ts',
        'usage-reason.ts',
      ],
      rooms: {
        io: {
          imports: [],
          packages: ['node:child_process', 'node:fs', 'node:os', 'node:path'],
        },
        options: { imports: ['io'], packages: [] },
        completion: { imports: ['options'], packages: [] },
        session: { imports: ['io', 'options'], packages: ['node:fs', 'node:path'] },
        // The steps of `pinpull lock`.
        'commands/lock': { imports: ['io', 'session'], packages: [] },
        // What `pinpull check` does with each input.
        'commands/check': { imports: ['io', 'options', 'session'], packages: [] },
        commands: {
          imports: ['commands/check', 'commands/lock', 'completion', 'io', 'options', 'session'],
          packages: ['node:fs', 'node:path'],
        },
      },
    },
  },
}
