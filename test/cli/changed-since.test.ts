import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runProgram } from '../support/program.ts'

const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "nginx:1.27"}]}\n'

/** What tells git who commits, and nothing of this machine's configuration. */
const GIT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
}

let top: string
let cwd: string
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'pinpull-changed-')))
  cwd = join(top, 'repo')
  mkdirSync(cwd)
  git('init', '-q', '-b', 'main')
  for (const file of ['a.yaml', 'm/b.yaml', 'm/deep/c.json', 'values.yaml'])
    write(file, file === 'values.yaml' ? 'replicas: 1\n' : file.endsWith('json') ? '{}' : POD)
  commit('one')
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

function git(...args: readonly string[]): void {
  gitIn(cwd, ...args)
}

function gitIn(folder: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync('git', ['-C', folder, ...args], {
    env: { ...process.env, ...GIT },
    encoding: 'utf8',
  })
  expect(status, `git ${args.join(' ')}: ${stderr}`).toBe(0)
}

function commit(message: string): void {
  git('add', '-A')
  git('commit', '-q', '-m', message)
}

/** Makes manifests, or changes them. */
function writeAll(...paths: readonly string[]): void {
  for (const path of paths) write(path, `# new\n${POD}`)
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  writeFileSync(join(cwd, path), text)
}

/** @param target relative to the folder of the link */
function link(target: string, path: string): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true })
  symlinkSync(target, join(cwd, path))
}

/** Commits a submodule `sub` with one file. @returns the repository that it is a clone of */
function addSubmodule(file: string): string {
  const other = join(top, 'other')
  mkdirSync(dirname(join(other, file)), { recursive: true })
  writeFileSync(join(other, file), POD)
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    ['commit', '-q', '-m', 'one'],
  ])
    gitIn(other, ...args)
  git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other, 'sub')
  commit('with a submodule')
  return other
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, folder = cwd) {
  const { code, stdout, stderr } = await runProgram(args, { cwd: folder, env: { ...GIT, ...env } })
  return { code, stdout: stdout.toString(), stderr }
}

/** The files with images that are read. */
async function filesOf(args: readonly string[], folder = cwd): Promise<readonly string[]> {
  const ran = await run(['images', '-o', 'json', '--changed-since', ...args], {}, folder)
  expect([ran.code, ran.stderr.replace(/^(?:\S+: )?info .*\n.*\n/gm, '')]).toEqual([0, ''])
  const { images } = JSON.parse(ran.stdout) as { images: { uses: { file: string }[] }[] }
  return images.flatMap(({ uses }) => uses.map(({ file }) => file))
}

describe('which files are read', () => {
  test.each<[what: string, change: () => void, args: readonly string[], files: readonly string[]]>([
    ['nothing has changed', () => {}, ['HEAD'], []],
    ['a file that is modified', () => writeAll('m/b.yaml'), ['HEAD'], ['m/b.yaml']],
    [
      'one that is staged',
      () => {
        writeAll('m/b.yaml')
        git('add', '.')
      },
      ['HEAD'],
      ['m/b.yaml'],
    ],
    ['one that git does not know yet', () => writeAll('new.yaml'), ['HEAD'], ['new.yaml']],
    [
      'one of an older commit',
      () => {
        writeAll('a.yaml')
        commit('two')
      },
      ['HEAD~1'],
      ['a.yaml'],
    ],
    ['one that is renamed', () => git('mv', 'a.yaml', 'm/a.yaml'), ['HEAD'], ['m/a.yaml']],
    ['one that is deleted is not', () => git('rm', '-q', 'a.yaml'), ['HEAD'], []],
    [
      'a name with spaces, quotes and a line end',
      () => write('m/a b\n"c".yaml', POD),
      ['HEAD'],
      ['m/a b\n"c".yaml'],
    ],
    [
      'only in the folders that are named',
      () => writeAll('new.yaml', 'm/new.yaml'),
      ['HEAD', 'm'],
      ['m/new.yaml'],
    ],
    [
      'a file that is named, if it has changed',
      () => writeAll('a.yaml'),
      ['HEAD', 'm/b.yaml', 'a.yaml'],
      ['a.yaml'],
    ],
    [
      'nothing that --exclude names',
      () => writeAll('new.yaml', 'm/new.yaml'),
      ['HEAD', '--exclude', 'm/'],
      ['new.yaml'],
    ],
    [
      'no ignored file',
      () => {
        write('.gitignore', 'new.yaml\n')
        writeAll('new.yaml')
      },
      ['HEAD'],
      [],
    ],
    [
      'a link whose target is another one',
      () => symlinkSync('m/b.yaml', join(cwd, 'link.yaml')),
      ['HEAD'],
      ['link.yaml'],
    ],
    [
      'a link to a file that is modified elsewhere',
      () => {
        link('../m/b.yaml', 'links/b.yaml')
        commit('two')
        writeAll('m/b.yaml')
      },
      ['HEAD', 'links'],
      ['links/b.yaml'],
    ],
    [
      'a link to a link that leads to another file now',
      () => {
        link('../current.yaml', 'links/b.yaml')
        link('m/b.yaml', 'current.yaml')
        commit('two')
        rmSync(join(cwd, 'current.yaml'))
        link('a.yaml', 'current.yaml')
      },
      ['HEAD', 'links'],
      ['links/b.yaml'],
    ],
    [
      'a link through a folder that is another one now',
      () => {
        link('../current/b.yaml', 'links/b.yaml')
        write('n/b.yaml', POD)
        link('m', 'current')
        commit('two')
        rmSync(join(cwd, 'current'))
        link('n', 'current')
      },
      ['HEAD', 'links', 'current'],
      ['links/b.yaml', 'current/b.yaml'],
    ],
    [
      'a link to what git does not look at: an ignored file, one outside',
      () => {
        write('.gitignore', 'built/\nout.yaml\n')
        write('built/b.yaml', POD)
        write('out.yaml', POD)
        writeFileSync(join(top, 'outside.yaml'), POD)
        link('../built/b.yaml', 'links/built.yaml')
        link('../out.yaml', 'links/out.yaml')
        link('../../outside.yaml', 'links/outside.yaml')
        link('../a.yaml', 'links/a.yaml')
        commit('two')
      },
      ['HEAD', 'links'],
      ['links/built.yaml', 'links/out.yaml', 'links/outside.yaml'],
    ],
    [
      'all of a repository inside this one',
      () => {
        writeAll('sub/x/new.yaml')
        gitIn(join(cwd, 'sub'), 'init', '-q')
      },
      ['HEAD'],
      ['sub/x/new.yaml'],
    ],
  ])('%s', async (_, change, args, files) => {
    change()
    expect(await filesOf(args)).toEqual(files)
  })

  test('the names are relative to the working directory, whatever the configuration says', async () => {
    writeAll('m/b.yaml')
    writeAll('a.yaml')
    git('config', 'diff.relative', 'true')
    git('config', 'core.quotePath', 'true')
    git('config', 'diff.orderFile', '/nowhere')
    expect(await filesOf(['HEAD', '.', '..'], join(cwd, 'm'))).toEqual(['b.yaml', '../a.yaml', '../m/b.yaml'])
  })

  test('whatever the environment says about paths', async () => {
    writeAll('m/b.yaml')
    for (const variable of ['GIT_LITERAL_PATHSPECS', 'GIT_ICASE_PATHSPECS']) {
      const ran = await run(['images', '-o', 'name', '--changed-since', 'HEAD'], { [variable]: '1' })
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([0, 'nginx:1.27\n', ''])
    }
  })

  test('the working directory may be reached through a link', async () => {
    writeAll('m/b.yaml')
    symlinkSync(cwd, join(top, 'link'))
    expect(await filesOf(['HEAD'], join(top, 'link'))).toEqual(['m/b.yaml'])
  })

  test('what the other branch changed meanwhile is not read', async () => {
    git('checkout', '-q', '-b', 'topic')
    write('m/b.yaml', `# topic\n${POD}`)
    commit('topic')
    git('checkout', '-q', 'main')
    write('a.yaml', `# main\n${POD}`)
    commit('main')
    git('checkout', '-q', 'topic')
    expect(await filesOf(['main'])).toEqual(['m/b.yaml'])
  })

  test('a submodule whose commit has changed is read whole', async () => {
    const other = addSubmodule('one.yaml')
    expect(await filesOf(['HEAD'])).toEqual([])
    writeFileSync(join(cwd, 'sub/two.yaml'), POD)
    for (const args of [
      ['add', '.'],
      ['commit', '-q', '-m', 'two'],
    ])
      gitIn(join(cwd, 'sub'), ...args)
    // The manifest that a pull request changes must not hide it.
    write('.gitmodules', `[submodule "sub"]\n\tpath = sub\n\turl = ${other}\n\tignore = all\n`)
    expect(await filesOf(['HEAD'])).toEqual(['sub/one.yaml', 'sub/two.yaml'])
  })

  test('thousands of files', async () => {
    for (let i = 0; i < 2000; i += 1) write(`many/a-rather-long-name-of-a-manifest-${i}.yaml`, POD)
    expect(await filesOf(['HEAD'])).toHaveLength(2000)
  })
})

describe('check', () => {
  const check = (...args: readonly string[]) => run(['check', '--require-pinned', '--changed-since', ...args])

  test('only what has changed is judged', async () => {
    writeAll('m/b.yaml')
    const ran = await check('HEAD')
    expect([ran.code, ran.stdout.match(/^\S+: error \w+/gm)]).toEqual([
      1,
      ['m/b.yaml:5:40: error IMAGE_UNPINNED'],
    ])
  })

  test.each<[what: string, change: () => void, line: string]>([
    ['nothing', () => {}, 'info FILES_UNCHANGED: no files changed since HEAD'],
    [
      'no manifest here',
      () => write('notes.md', 'x'),
      'info FILES_UNCHANGED: no manifests changed since HEAD (1 other file of the repository did)',
    ],
    [
      "a chart's values",
      () => write('values.yaml', 'replicas: 2\n'),
      'info FILES_LEFT_OUT: skipped: 1 without a Kubernetes object: values.yaml',
    ],
    [
      'a manifest that is empty now',
      () => write('a.yaml', ''),
      'info FILES_LEFT_OUT: skipped: 1 without a Kubernetes object: a.yaml',
    ],
    ['all is deleted', () => git('rm', '-q', '-r', 'a.yaml', 'm'), 'no manifests'],
  ])('a proof passes if what has changed is %s', async (_, change, line) => {
    change()
    const ran = await check('HEAD')
    const deleted = 'info FILES_UNCHANGED: no files changed since HEAD'
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringContaining(line === 'no manifests' ? deleted : line),
    ])
  })

  test('the reports have it too', async () => {
    const ran = await run(['check', '-o', 'json', '--changed-since', 'HEAD'])
    const { diagnostics } = JSON.parse(ran.stdout)
    expect([ran.code, diagnostics.map(({ code }: { code: string }) => code)]).toEqual([
      0,
      ['FILES_UNCHANGED'],
    ])
  })
})

describe('what is refused', () => {
  test.each<[args: readonly string[], reason: string]>([
    [
      ['nope'],
      'git knows no commit nope here; if nope is on a server, fetch it first, and name it as origin/BRANCH',
    ],
    [['main..HEAD'], 'git knows no commit main..HEAD here; name one revision, and no range'],
    [['HEAD:a.yaml'], 'git knows no commit HEAD:a.yaml here'],
    [['--output=/tmp/x'], '--changed-since wants a revision, and "--output=/tmp/x" is an option'],
    [['HEAD', '..'], '.. is not in the git checkout '],
    [['HEAD', '-'], 'standard input is no file that git knows: leave out -, or --changed-since'],
    [['HEAD', 'ignored'], 'git ignores ignored, so that it names no changes in it: omit --changed-since'],
  ])('%j', async ([revision = '', ...files], reason) => {
    write('.gitignore', 'ignored/\n')
    write('ignored/a.yaml', POD)
    const ran = await run(['check', `--changed-since=${revision}`, ...files])
    expect([ran.code, ran.stdout]).toEqual([2, ''])
    expect(ran.stderr).toContain(`error USAGE: ${reason}`)
  })

  test('a folder in a submodule, at whose files git does not look from outside', async () => {
    addSubmodule('d/one.yaml')
    writeFileSync(join(cwd, 'sub/d/one.yaml'), `# new\n${POD}`)
    const ran = await run(['check', '--changed-since', 'HEAD', 'a.yaml', 'sub/d'])
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(
        /error USAGE: git does not look at all of the named files: Pathspec '.*sub\/d' is in submodule 'sub'; omit --changed-since, or run pinpull in the submodule/,
      ),
    ])
    expect(await filesOf(['HEAD'], join(cwd, 'sub'))).toEqual(['d/one.yaml'])
  })

  test('a folder that is no checkout', async () => {
    const ran = await run(['check', '--changed-since', 'HEAD'], {}, top)
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('--changed-since needs a git checkout: not a git repository'),
    ])
  })

  test.skipIf(process.getuid?.() !== 0)('a checkout of another user, as in a container', async () => {
    for (const path of [cwd, join(cwd, '.git')]) chownSync(path, 12_345, 12_345)
    const ran = await run(['check', '--changed-since', 'HEAD'])
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(
        /detected dubious ownership in repository at '.*'; if you trust it, add it to safe\.directory/,
      ),
    ])
  })

  test('a machine without git', async () => {
    const ran = await run(['check', '--changed-since', 'HEAD'], { PATH: '/nowhere' })
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('needs git, which is not on the PATH'),
    ])
  })

  test('a shallow checkout that lacks the revision', async () => {
    writeAll('a.yaml')
    commit('two')
    gitIn(top, 'clone', '-q', '--depth', '1', `file://${cwd}`, 'shallow')
    const ran = await run(['check', '--changed-since', 'HEAD~1'], {}, join(top, 'shallow'))
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining(
        'the checkout is shallow; fetch its history (actions/checkout: fetch-depth: 0; GitLab: GIT_DEPTH: 0)',
      ),
    ])
  })

  test('a branch without a common history', async () => {
    git('checkout', '-q', '--orphan', 'other')
    commit('other')
    const ran = await run(['check', '--changed-since', 'main'])
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('HEAD and main have no common history here'),
    ])
  })

  test('a changed manifest that a sparse checkout leaves out', async () => {
    git('sparse-checkout', 'set', 'elsewhere')
    git('checkout', '-q', '-b', 'topic')
    spawnSync('git', ['-C', cwd, 'update-index', '--skip-worktree', 'm/b.yaml'])
    const blob = spawnSync('git', ['-C', cwd, 'hash-object', '-w', '--stdin'], { input: `# new\n${POD}` })
    git('update-index', '--cacheinfo', `100644,${blob.stdout.toString().trim()},m/b.yaml`)
    spawnSync('git', ['-C', cwd, 'update-index', '--skip-worktree', 'm/b.yaml'])
    git('commit', '-q', '-m', 'two')
    const ran = await run(['check', '--changed-since', 'main'])
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/FILE_NOT_READ: .*m\/b\.yaml.*it is not checked out/),
    ])
    // It is not among what is named here.
    mkdirSync(join(cwd, 'elsewhere'), { recursive: true })
    expect((await run(['check', '--changed-since', 'main', 'elsewhere'])).code).toBe(0)
  })
})

describe('nothing that came with the checkout is run', () => {
  const touch = () => utimesSync(join(cwd, 'a.yaml'), new Date(0), new Date(0))
  /** A program that leaves a trace, as the configuration of a checkout could name one. */
  const planted = () => {
    const program = join(top, 'planted')
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${top}/trace'\nexit 1\n`)
    chmodSync(program, 0o755)
    return program
  }
  const trace = () => spawnSync('cat', [join(top, 'trace')], { encoding: 'utf8' }).stdout

  test.each<[key: string, prepare?: () => void]>([
    ['core.fsmonitor'],
    ['diff.external'],
    ['diff.planted.textconv', () => write('.gitattributes', '*.yaml diff=planted\n')],
    ['diff.planted.command', () => write('.gitattributes', '*.yaml diff=planted\n')],
    ['filter.planted.clean', () => write('.gitattributes', '*.yaml filter=planted\n')],
    ['filter.planted.process', () => write('.gitattributes', '*.yaml filter=planted\n')],
    ['filter.a.b.clean', () => write('.gitattributes', '*.yaml filter=a.b\n')],
    ['core.pager'],
    ['core.sshCommand'],
    ['alias.diff', () => git('config', 'alias.rev-parse', `!${join(top, 'planted')}`)],
  ])('%s', async (key, prepare = () => {}) => {
    prepare()
    git('config', key, key.startsWith('alias.') ? `!${planted()}` : planted())
    if (key.startsWith('filter.')) git('config', `${key.slice(0, key.lastIndexOf('.'))}.required`, 'true')
    touch()
    writeAll('m/b.yaml')
    const files = await filesOf(['HEAD'])
    expect([files.includes('m/b.yaml'), trace()]).toEqual([true, ''])
  })

  test('a hook', async () => {
    for (const hook of ['post-index-change', 'reference-transaction']) {
      write(`.git/hooks/${hook}`, `#!/bin/sh\nexec '${planted()}' ${hook}\n`)
      chmodSync(join(cwd, '.git/hooks', hook), 0o755)
    }
    touch()
    expect([await filesOf(['HEAD']), trace()]).toEqual([[], ''])
  })

  test('what serves objects that are missing', async () => {
    git('config', 'extensions.partialClone', 'origin')
    git('config', 'remote.origin.promisor', 'true')
    git('config', 'remote.origin.url', `ext::${planted()}`)
    git('config', 'protocol.ext.allow', 'always')
    git('config', 'remote.origin.uploadpack', planted())
    const tree = spawnSync('git', ['-C', cwd, 'rev-parse', 'HEAD^{tree}'], { encoding: 'utf8' }).stdout.trim()
    rmSync(join(cwd, '.git/objects', tree.slice(0, 2), tree.slice(2)))
    const ran = await run(['check', '--changed-since', 'HEAD'])
    expect([ran.code, trace()]).toEqual([2, ''])
    expect(ran.stderr).toContain('git cannot tell what has changed since HEAD: ')
  })
})
