import { describe, expect, test } from 'vitest'
import {
  type InvalidUrlReason,
  parseReceivedUrl,
  parseServerUrl,
  redactThroughUserInfo,
  redactUserInfo,
} from '../../src/reference/server-url.ts'

const NO_URL: InvalidUrlReason = 'it is not a URL'
const USER: InvalidUrlReason = 'it contains a user name or password'
const QUERY: InvalidUrlReason = 'it has a query or fragment after the path'

describe('a URL that a person wrote', () => {
  test.each<[string, string | InvalidUrlReason, string | InvalidUrlReason]>([
    // The text, as a proxy that may hold a user and no path, as a mirror that may have a path and no user.
    ['http://p.example:3128', 'http://p.example:3128/', 'http://p.example:3128/'],
    ['https://p.example/', 'https://p.example/', 'https://p.example/'],
    ['http://[::1]:5000', 'http://[::1]:5000/', 'http://[::1]:5000/'],
    ['http://p.example/team', 'it has a path', 'http://p.example/team'],
    ['http://ann:pw@p.example', 'http://p.example/ ann pw', USER],
    ['http://ann@p.example', 'http://p.example/ ann ', USER],
    ['http://ann:p%40w%2Fx@p.example', 'http://p.example/ ann p@w/x', USER],
    ['http://ann:p@w@p.example', 'http://p.example/ ann p@w', USER],
    ['http://ann:p:w@p.example', 'http://p.example/ ann p:w', USER],
    ['http://CORP\\ann:pw@p.example', NO_URL, USER],
    ['http:\\\\ann:pw@p.example', NO_URL, USER],
    ['http://ann:p\\w@p.example', NO_URL, USER],
    ['http://ann:p/w@p.example', NO_URL, USER],
    ['http://ann:1/w@p.example', NO_URL, USER],
    ['http://ann:1?w@p.example', NO_URL, USER],
    ['http://ann:1#w@p.example', NO_URL, USER],
    ['http://p.example/ann%40w', NO_URL, USER],
    ['http://ann:pw%zz@p.example', NO_URL, USER],
    ['http://ann:pw%@p.example', NO_URL, USER],
    ['http://ann:p\tw@p.example', NO_URL, USER],
    ['http://ann:p\u0000w@p.example', NO_URL, USER],
    ['http://ann:p\u2028w@p.example', NO_URL, USER],
    ['http://ann%40p.example', NO_URL, NO_URL],
    ['http://p.example?x', QUERY, QUERY],
    ['http://p.example#x', QUERY, QUERY],
    ['ftp://p.example', 'it is not an http or https URL', 'it is not an http or https URL'],
    ['socks5://ann:pw@p.example', 'it is not an http or https URL', 'it is not an http or https URL'],
    ['p.example:3128', NO_URL, NO_URL],
    ['http:p.example', NO_URL, NO_URL],
    ['http:///p.example', NO_URL, NO_URL],
    ['http://', NO_URL, NO_URL],
    ['http://p.example:99999', NO_URL, NO_URL],
    ['http://exa%6dple.com', NO_URL, NO_URL],
    ['', NO_URL, NO_URL],
  ])('%j', (text, asProxy, asMirror) => {
    const read = (parts: Parameters<typeof parseServerUrl>[1]): string => {
      const result = parseServerUrl(text, parts)
      if (result.kind === 'invalid') return result.reason
      const { url, user } = result
      return user === undefined ? url.href : `${url.href} ${user.name} ${user.password}`
    }
    expect([read({ user: true }), read({ path: true })]).toEqual([asProxy, asMirror])
  })
})

test.each([
  ['/token', 'https://r.example/token'],
  ['token', 'https://r.example/v2/token'],
  ['//auth.example/token', 'https://auth.example/token'],
  ['https://auth.example/token?account=ann@corp', 'https://auth.example/token?account=ann@corp'],
  ['https://ann:pw@auth.example/', 'https://ann:pw@auth.example/'],
  ['https:\\\\auth.example/', undefined],
  ['https://r.example\\@auth.example/', undefined],
  ['\\\\auth.example/', undefined],
  ['https:/auth.example/', undefined],
  ['https:auth.example/', undefined],
  ['https:///auth.example/', undefined],
  ['https://r.example%40auth.example/', undefined],
  ['https://auth.exa\tmple/', undefined],
  ['https://', undefined],
])('a URL that a server sent: %j', (text, expected) => {
  expect(parseReceivedUrl(text, new URL('https://r.example/v2/'))?.href).toBe(expected)
})

test.each([
  ["option '--mirror' argument 'docker.io=https://robot:pw@m'", "option '--mirror' argument 'docker.io=…@m'"],
  ['docker.io=robot:pw@m', 'docker.io=…@m'],
  ['https:\\\\robot:p/w@m', '…@m'],
  ['https://robot%3Apw%40m', '…@m'],
  ['nginx:1.27@sha256:0123', 'nginx:1.27@sha256:0123'],
  ['auths["ann:pw@a.io"].auth', 'auths["…@a.io"].auth'],
  ['(https://ann:pw@a.io)', '(…@a.io)'],
  ['https://token@a.io', '…@a.io'],
  ['"https://a.io/x?token=pw#pw" has a scheme', '"https://a.io/x?…" has a scheme'],
  ['https://a.io/#pw', 'https://a.io/#…'],
  ['"a.io/x:1@sha256:0123" of b.io:5000/x', '"a.io/x:1@sha256:0123" of b.io:5000/x'],
  ['https://a.io:5000/v2/', 'https://a.io:5000/v2/'],
  ['r.example:5000/app:1@sha256:0123 is not pinned', 'r.example:5000/app:1@sha256:0123 is not pinned'],
])('what is quoted of %s', (text, expected) => {
  expect(redactUserInfo(text)).toBe(expected)
})

test.each([
  ['https://ann:p w@m', '…@m'],
  ["ann'pw@m", '…@m'],
  ['https://m.example/x', 'https://m.example/x'],
  ['nginx@sha256:0123', 'nginx@sha256:0123'],
])('what is quoted of the value %s', (text, expected) => {
  expect(redactThroughUserInfo(text)).toBe(expected)
})
