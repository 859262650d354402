import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatVectors } from '../support/format-vectors.ts'
import { type Question, REFUSED, verdictOf } from '../support/format-verdict.ts'
import { formatReaders, ownersVerdicts } from './support/format-readers.ts'
import { describeWith } from './support/need.ts'

const readers = await formatReaders()

const one = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values)
const some = <T>(values: readonly T[], min = 0, max = 3): fc.Arbitrary<T[]> =>
  fc.array(fc.constantFrom(...values), { minLength: min, maxLength: max })

const HOSTS = ['a.io', 'a.io:5000', 'x.a.io', 'y.x.a.io:5000', 'b.io', 'docker.io', 'localhost', 'A.io']
const IMAGES = HOSTS.flatMap((host) => [`${host}/x:1`, `${host}/t/x`, `${host}/t/x@sha256:${'a'.repeat(64)}`])
/** One line of TOML, seldom with a value that is wrong; absent as often as not, unless it has to be there. */
const line = (
  key: string,
  good: readonly string[],
  bad: readonly string[] = [],
  isNeeded = false,
): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: isNeeded ? 0 : 12, arbitrary: fc.constant('') },
    { weight: 12, arbitrary: one(...good.map((value) => `${key} = ${value}\n`)) },
    {
      weight: bad.length === 0 ? 0 : 1,
      arbitrary: one(...[...bad, ...good].map((value) => `${key} = ${value}\n`)),
    },
  )

const places = [...HOSTS, 'a.io/t', 'a.io/t/x', 'a.io/', 'q.io/c', 'docker.io/library', 'b.io/t//']
const quoted = (values: readonly string[]): string[] => values.map((value) => JSON.stringify(value))

const mirror = fc
  .tuple(
    line('location', quoted(places), quoted(['', 'http://m.io', 'q', 'q.io/c:2']), true),
    line('insecure', ['true', 'false'], ['"x"']),
    line('pull-from-mirror', quoted(['all', 'digest-only', 'tag-only', '']), ['"x"', 'true']),
  )
  .map((lines) => `[[registry.mirror]]\n${lines.join('')}`)
const registry = fc
  .tuple(
    line(
      'prefix',
      quoted([...places, 'a.io/t/x:1', '*.a.io', '*.io', '*.x.a.io']),
      quoted(['*.a.io:5000', 'https://a.io', '']),
    ),
    line('location', quoted(places), quoted(['', 'https://a.io', 'q.io/c:2', '*.a.io']), true),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: line('blocked', ['true'], ['1']) },
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: line('insecure', ['true'], ['"true"']) },
    ),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: line('mirror-by-digest-only', ['true']) },
    ),
    fc.array(mirror, { maxLength: 2 }),
  )
  .map((parts) => `[[registry]]\n${parts.flat().join('')}`)
const conf = fc.array(registry, { minLength: 1, maxLength: 3 }).map((all) => all.join(''))

const GENERATED: Readonly<Record<string, fc.Arbitrary<Question>>> = {
  'registries.conf': fc.tuple(conf, fc.option(conf), one(...IMAGES)).map(([text, dropIn, target]) => ({
    owner: 'registries.conf',
    target,
    files: { 'registries.conf': text, ...(dropIn === null ? {} : { 'registries.conf.d/1.conf': dropIn }) },
  })),
  'hosts.toml': fc
    .tuple(
      line('server', quoted(['https://up.io', 'up.io/p', 'http://up.io:80/v2']), ['1']),
      line('capabilities', ['["pull"]', '["pull", "Resolve"]', '[]']),
      fc.uniqueArray(
        fc.tuple(
          one('https://m.io', 'm.io:1/p', 'http://n.io/v2', 'https://o.io/v2/p', 'p.io/a/../b'),
          line('capabilities', ['["RESOLVE"]', '["pull"]'], ['["x"]', '"pull"']),
          line('override_path', ['true', 'false'], ['"true"']),
          line('skip_verify', ['true', 'false'], ['"no"']),
          line('dial_timeout', quoted(['1s', '1h2m']), ['"1"']),
        ),
        { maxLength: 3, selector: ([url]) => url },
      ),
      one('a.io', 'a.io:5000', 'docker.io'),
    )
    .map(([server, capabilities, hosts, target]) => ({
      owner: 'hosts.toml',
      target,
      files: {
        [`certs.d/${target}/hosts.toml`]: `${server}${capabilities}#\n${hosts.map(([url, ...lines]) => `[host."${url}"]\n${lines.join('')}`).join('')}`,
      },
    })),
  proxy: fc
    .tuple(
      some(
        [
          'a.io',
          '.a.io',
          '*.a.io',
          'a.io:443',
          '10.0.0.0/8',
          '10.1.0.0/15',
          '::ffff:10.0.0.0/104',
          '10.1.2.3',
          '10.1.2.3:5000',
          'fd00::/7',
          'fd00::1',
          '[fd00::1]:443',
          '::ffff:10.1.2.3',
          '0.0.0.0/0',
          '::/0',
          'io',
          ' ',
          '*',
          '1.2.3',
          '10.0.0.0/x',
          'a.io:',
          ':443',
          '[a.io]:443',
          '2001:db8::/33',
        ],
        0,
        3,
      ),
      one('https', 'http'),
      one(
        'a.io',
        'x.a.io',
        'xa.io',
        '10.1.2.3',
        '10.2.2.3',
        '[::ffff:10.1.2.3]',
        '[fd00::1]',
        '[fe00::1]',
        '[2001:db8:8000::]',
        '[2001:db8:7fff::]',
        'localhost',
        '127.1.2.3',
        '[::1]',
        '[::ffff:127.0.0.1]',
      ),
      one('', ':5000', ':443', ':80'),
      one({}, {}, {}, { REQUEST_METHOD: 'GET' }),
    )
    .map(([list, scheme, host, port, more]) => ({
      owner: 'proxy',
      target: `${scheme}://${host}${port}/`,
      env: {
        HTTPS_PROXY: 'http://s.proxy:1',
        HTTP_PROXY: 'http://p.proxy:2',
        NO_PROXY: list.join(','),
        ...more,
      },
    })),
  matchImages: fc
    .tuple(
      some(
        ['a', '*', '.', 'io', ':', '5000', '/', 't', 'a*', '**', '-', '_', '%41', '?', '[', ']', '@', 'é'],
        1,
        7,
      ),
      one(...HOSTS),
      one('', '/t', '/t/x', '/A'),
    )
    .map(([pattern, host, path]) => ({
      owner: 'matchImages',
      pattern: pattern.join(''),
      target: `${host}${path}`,
    })),
  'pull secret': fc
    .tuple(
      fc.uniqueArray(
        one(
          'a.io',
          'a.io/t',
          'a.io/t/x',
          '*.io',
          'https://a.io/v2/t/y',
          'a.io:5000',
          '*.a.io',
          'docker.io',
          'https://index.docker.io/v1/',
          'http://b.io',
          '*.*.a.io:5000',
          'localhost',
          'a.io/%',
          'a b',
        ),
        { maxLength: 5 },
      ),
      one(
        'a.io/t/x',
        'a.io/x',
        'x.a.io/t/x',
        'y.x.a.io:5000/x',
        'b.io/x',
        'docker.io/library/x',
        'localhost/x',
        'a.io:5000/x',
      ),
    )
    .map(([keys, target]) => ({
      owner: 'pull secret',
      target,
      files: { secret: JSON.stringify({ auths: authsOf(keys) }) },
    })),
  'auth.json': fc
    .tuple(
      fc.uniqueArray(
        one(
          'a.io',
          'a.io/t',
          'a.io/t/x',
          'https://a.io',
          'a.io:5000',
          'docker.io',
          'docker.io/t',
          'docker.io/library',
          'https://index.docker.io/v1/',
          'b.io',
          'localhost',
        ),
        { maxLength: 5 },
      ),
      one('a.io/t/x', 'a.io/x', 'a.io:5000/x', 'docker.io/t/x', 'nginx', 'b.io/x', 'localhost/x'),
      one('', 'x'),
    )
    .map(([keys, target, store]) => ({
      owner: 'auth.json',
      target,
      files: { 'auth.json': JSON.stringify({ auths: authsOf(keys), credsStore: store }) },
    })),
  // Without keys that have a path: docker takes those for their host, in any order.
  'config.json': fc
    .tuple(
      fc.uniqueArray(one('a.io', 'a.io:5000', 'https://index.docker.io/v1/', 'b.io', 'localhost:5000'), {
        maxLength: 4,
      }),
      fc.uniqueArray(one('a.io', 'b.io', 'https://index.docker.io/v1/'), { maxLength: 2 }),
      one('a.io', 'a.io:5000', 'docker.io', 'b.io', 'localhost:5000'),
      one('', 'x'),
      one('', 'y'),
    )
    .map(([keys, helped, target, store, helper]) => ({
      owner: 'config.json',
      target,
      files: {
        'config.json': JSON.stringify({
          auths: authsOf(keys),
          credsStore: store,
          credHelpers: Object.fromEntries(helped.map((key) => [key, helper])),
        }),
      },
    })),
}

/** Entries of `auths`, each with a name and password of its own. */
function authsOf(keys: readonly string[]): Record<string, { auth: string }> {
  return Object.fromEntries(keys.map((key) => [key, { auth: Buffer.from(`u:${key}`).toString('base64') }]))
}

describeWith({ readers }, 'borrowed formats are read as their owners read them', ({ readers: program }) => {
  test('every vector is what its owner makes of it', () => {
    const vectors = formatVectors()
    expect(vectors.length).toBeGreaterThan(1000)
    const verdicts = ownersVerdicts(
      program,
      vectors.map(({ name: _name, verdict: _verdict, ours: _ours, ...question }) => question),
    )
    expect(vectors.map(({ name }, index) => [name, verdicts[index]])).toEqual(
      vectors.map(({ name, verdict }) => [name, verdict]),
    )
  })

  test.each(Object.entries(GENERATED))('2000 generated questions: %s', async (owner, questions) => {
    const seed = process.env['SEED'] === 'random' ? Date.now() : 2026
    const all = fc.sample(questions, { numRuns: 2000, seed })
    const theirs = ownersVerdicts(program, all)
    const taken = theirs.filter((verdict) => verdict !== REFUSED && verdict !== null).length
    expect(taken, `${owner}: too few questions say anything`).toBeGreaterThan(200)
    for (const [index, question] of all.entries()) {
      expect({ seed, question, verdict: await verdictOf(question) }).toEqual({
        seed,
        question,
        verdict: theirs[index],
      })
    }
  })
})
