import type { Answer, Misbehaviour } from './script.ts'

/** Replaces the answer by this status with an OCI error body. */
export function failWith(
  status: number,
  code: string,
  message: string = code,
  headers: Answer['headers'] = {},
): Misbehaviour {
  const body = Buffer.from(JSON.stringify({ errors: [{ code, message }] }))
  return () => ({ status, headers: { 'content-type': 'application/json', ...headers }, body })
}

/** 429 with the time to wait, in seconds or as an HTTP date. */
export function tooManyRequests(retryAfter?: string): Misbehaviour {
  const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
  return failWith(429, 'TOOMANYREQUESTS', 'too many requests', headers)
}

/** What a captive portal or a wrong address answers. */
export function html(status = 200): Misbehaviour {
  const body = Buffer.from('<!doctype html><title>Sign in</title><p>Welcome to the guest network.</p>')
  return () => ({ status, headers: { 'content-type': 'text/html; charset=utf-8' }, body })
}

/** Sends the client elsewhere. */
export function redirect(location: string, status = 307): Misbehaviour {
  return () => ({ status, headers: { location }, body: new Uint8Array() })
}

/** The true content under a digest header of one's choice; without one, under none. */
export function digestHeader(value?: string): Misbehaviour {
  return (answer) => {
    const { 'docker-content-digest': _, ...headers } = answer.headers
    return {
      ...answer,
      headers: value === undefined ? headers : { ...headers, 'docker-content-digest': value },
    }
  }
}

/** The true answer under another content type; without one, under none. */
export function contentType(value?: string): Misbehaviour {
  return (answer) => {
    const { 'content-type': _, ...headers } = answer.headers
    return { ...answer, headers: value === undefined ? headers : { ...headers, 'content-type': value } }
  }
}

/** The true answer, late. */
export function delayed(milliseconds: number): Misbehaviour {
  return (answer) => ({ ...answer, delay: milliseconds })
}

/** The connection closes after so many bytes of the body; at 0 there is no answer at all. */
export function cutAfter(bytes: number): Misbehaviour {
  return (answer) => ({ ...answer, cutAfter: bytes })
}

/** The connection stays open and nothing comes. */
export const silence: Misbehaviour = (answer) => ({ ...answer, hang: true })
