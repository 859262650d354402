/* Checks that do no more than throw, each as somebody might write it. A bundler that takes the expression for pure loses it. */

type Probe = (given: never) => boolean

/** The argument of each probe, which it has to reject. */
export interface Planted {
  readonly probe: Probe
  readonly given: unknown
}

const broken = {
  get value(): never {
    throw new Error('read')
  },
  toString(): never {
    throw new Error('written')
  },
}

// biome-ignore-start lint: each is written so that its value is not used
export const PLANTED: Readonly<Record<string, Planted>> = {
  decodeURIComponent: {
    given: '%zz',
    probe: (text: string) => {
      try {
        decodeURIComponent(text)
        return true
      } catch {
        return false
      }
    },
  },
  'void decodeURIComponent': {
    given: '%zz',
    probe: (text: string) => {
      try {
        void decodeURIComponent(text)
        return true
      } catch {
        return false
      }
    },
  },
  decodeURI: {
    given: '%zz',
    probe: (text: string) => {
      try {
        decodeURI(text)
        return true
      } catch {
        return false
      }
    },
  },
  encodeURIComponent: {
    given: '\ud800',
    probe: (text: string) => {
      try {
        encodeURIComponent(text)
        return true
      } catch {
        return false
      }
    },
  },
  URL: {
    given: '::',
    probe: (text: string) => {
      try {
        new URL(text)
        return true
      } catch {
        return false
      }
    },
  },
  BigInt: {
    given: 'x',
    probe: (text: string) => {
      try {
        BigInt(text)
        return true
      } catch {
        return false
      }
    },
  },
  RegExp: {
    given: '(',
    probe: (text: string) => {
      try {
        new RegExp(text)
        return true
      } catch {
        return false
      }
    },
  },
  'JSON.parse': {
    given: '{',
    probe: (text: string) => {
      try {
        JSON.parse(text)
        return true
      } catch {
        return false
      }
    },
  },
  structuredClone: {
    given: () => 1,
    probe: (value: unknown) => {
      try {
        structuredClone(value)
        return true
      } catch {
        return false
      }
    },
  },
  'a getter': {
    given: broken,
    probe: (value: typeof broken) => {
      try {
        value.value
        return true
      } catch {
        return false
      }
    },
  },
  'a property of nothing': {
    given: {},
    probe: (value: { a: { b: 1 } }) => {
      try {
        value.a.b
        return true
      } catch {
        return false
      }
    },
  },
  String: {
    given: broken,
    probe: (value: unknown) => {
      try {
        String(value)
        return true
      } catch {
        return false
      }
    },
  },
  'a template': {
    given: broken,
    probe: (value: unknown) => {
      try {
        ;`${value}`
        return true
      } catch {
        return false
      }
    },
  },
  Number: {
    given: Symbol(),
    probe: (value: unknown) => {
      try {
        Number(value)
        return true
      } catch {
        return false
      }
    },
  },
  'a sign': {
    given: Symbol(),
    probe: (value: number) => {
      try {
        ;+value
        return true
      } catch {
        return false
      }
    },
  },
  'a comparison': {
    given: Symbol(),
    probe: (value: bigint) => {
      try {
        value < 1n
        return true
      } catch {
        return false
      }
    },
  },
  Uint8Array: {
    given: -1,
    probe: (length: number) => {
      try {
        new Uint8Array(length)
        return true
      } catch {
        return false
      }
    },
  },
  Array: {
    given: -1,
    probe: (length: number) => {
      try {
        new Array(length)
        return true
      } catch {
        return false
      }
    },
  },
  Set: {
    given: 5,
    probe: (value: Iterable<1>) => {
      try {
        new Set(value)
        return true
      } catch {
        return false
      }
    },
  },
  'Date.toISOString': {
    given: Number.NaN,
    probe: (value: number) => {
      try {
        new Date(value).toISOString()
        return true
      } catch {
        return false
      }
    },
  },
  TextDecoder: {
    given: new Uint8Array([255]),
    probe: (bytes: Uint8Array) => {
      try {
        new TextDecoder('utf-8', { fatal: true }).decode(bytes)
        return true
      } catch {
        return false
      }
    },
  },
  'String.fromCodePoint': {
    given: -1,
    probe: (value: number) => {
      try {
        String.fromCodePoint(value)
        return true
      } catch {
        return false
      }
    },
  },
  'Object.keys': {
    given: null,
    probe: (value: object) => {
      try {
        Object.keys(value)
        return true
      } catch {
        return false
      }
    },
  },
  repeat: {
    given: -1,
    probe: (count: number) => {
      try {
        'a'.repeat(count)
        return true
      } catch {
        return false
      }
    },
  },
  spread: {
    given: 5,
    probe: (value: Iterable<1>) => {
      try {
        ;[...value]
        return true
      } catch {
        return false
      }
    },
  },
  destructuring: {
    given: null,
    probe: (value: { a: 1 }) => {
      try {
        const { a: _a } = value
        return true
      } catch {
        return false
      }
    },
  },
  in: {
    given: 5,
    probe: (value: object) => {
      try {
        'a' in value
        return true
      } catch {
        return false
      }
    },
  },
  'a call': {
    given: 5,
    probe: (value: () => void) => {
      try {
        value()
        return true
      } catch {
        return false
      }
    },
  },
}
// biome-ignore-end lint: each is written so that its value is not used

/** The names of the probes that do not reject their argument. */
export function lostProbes(planted: Readonly<Record<string, Planted>> = PLANTED): string[] {
  return Object.entries(planted).flatMap(([name, { probe, given }]) => (probe(given as never) ? [name] : []))
}
