/**
 * A text in which no URL and no host has user information: a name and password before `@`. For texts that quote keys and
 * locations of files, where somebody may have written one. A digest after a name (`a.io/x@sha256:…`) is none.
 */
export function withoutUserInfo(text: string): string {
  return text
    .replace(/(\/\/|^|["'\s(])[^\s"'/@(]*:[^\s"'/@]*@(?!sha\d+:)/g, '$1[redacted]@')
    .replace(/\/\/[^\s"'/@]+@/g, '//[redacted]@')
}
