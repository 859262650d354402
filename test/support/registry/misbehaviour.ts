import type { Answer, Misbehaviour } from './script.ts'

/** Replaces the response with this status and an OCI error body. */
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

/** An HTML page, like the response of a captive portal or a wrong address. */
export function html(status = 200): Misbehaviour {
  const body = Buffer.from('<!doctype html><title>Sign in</title><p>Welcome to the guest network.</p>')
  return () => ({ status, headers: { 'content-type': 'text/html; charset=utf-8' }, body })
}

/** Redirects the client. */
export function redirect(location: string, status = 307): Misbehaviour {
  return () => ({ status, headers: { location }, body: new Uint8Array() })
}

/** The correct content with the given digest header, or without one. */
export function digestHeader(value?: string): Misbehaviour {
  return (answer) => {
    const { 'docker-content-digest': _, ...headers } = answer.headers
    return {
      ...answer,
      headers: value === undefined ? headers : { ...headers, 'docker-content-digest': value },
    }
  }
}

/** The correct content with the given content type, or without one. */
export function contentType(value?: string): Misbehaviour {
  return (answer) => {
    const { 'content-type': _, ...headers } = answer.headers
    return { ...answer, headers: value === undefined ? headers : { ...headers, 'content-type': value } }
  }
}

/** The correct response after a delay. */
export function delayed(milliseconds: number): Misbehaviour {
  return (answer) => ({ ...answer, delay: milliseconds })
}

/** Closes the connection after this number of bytes of the body; with 0 there is no response. */
export function cutAfter(bytes: number): Misbehaviour {
  return (answer) => ({ ...answer, cutAfter: bytes })
}

/** Keeps the connection open without a response. */
export const silence: Misbehaviour = (answer) => ({ ...answer, hang: true })
