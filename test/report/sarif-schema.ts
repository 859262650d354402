/** Braces are doubled, since `{0}` is an argument (section 3.11.5), and nothing is a link, `[text](address)` (3.11.6). */
const MESSAGE = '^(?!.*\\]\\()([^{}]|\\{\\{|\\}\\})*$'

/** RFC 3986, section 4.1, normalised as section 3.10.1 has it: without `.` among the segments. */
const URI_REFERENCE = "^(file://)?(?!\\./)(?!.*/\\./)([A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$"

/**
 * The part of SARIF 2.1.0's schema (OASIS sarif-schema-2.1.0.json) that concerns what Pinpull writes: the objects, which
 * of their properties are required, and their types and enumerations. As in the standard's schema, a property that an
 * object does not have is an error. Beyond the schema it has rules that only the standard's text has, by section.
 */
export const SARIF_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  definitions: {
    message: object({ text: { type: 'string', pattern: MESSAGE } }, ['text']),
    descriptor: object(
      {
        id: { type: 'string' },
        shortDescription: { $ref: '#/definitions/message' },
        help: { $ref: '#/definitions/message' },
        defaultConfiguration: object({ level: { $ref: '#/definitions/level' } }),
      },
      ['id'],
    ),
    level: { enum: ['none', 'note', 'warning', 'error'] },
    location: object({
      physicalLocation: object(
        {
          artifactLocation: object({ uri: { type: 'string', pattern: URI_REFERENCE } }),
          region: object(
            {
              startLine: { type: 'integer', minimum: 1 },
              startColumn: { type: 'integer', minimum: 1 },
            },
            ['startLine'],
          ),
        },
        ['artifactLocation'],
      ),
      logicalLocations: {
        type: 'array',
        uniqueItems: true,
        items: object({ fullyQualifiedName: { type: 'string' }, kind: { type: 'string' } }),
      },
    }),
  },
  ...object(
    {
      $schema: { type: 'string', format: 'uri' },
      version: { enum: ['2.1.0'] },
      runs: {
        type: 'array',
        items: object(
          {
            tool: object(
              {
                driver: object(
                  {
                    name: { type: 'string' },
                    version: { type: 'string' },
                    rules: { type: 'array', uniqueItems: true, items: { $ref: '#/definitions/descriptor' } },
                  },
                  ['name'],
                ),
              },
              ['driver'],
            ),
            columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
            results: {
              type: 'array',
              items: object(
                {
                  ruleId: { type: 'string' },
                  ruleIndex: { type: 'integer', minimum: -1 },
                  level: { $ref: '#/definitions/level' },
                  message: { $ref: '#/definitions/message' },
                  locations: { type: 'array', items: { $ref: '#/definitions/location' } },
                  partialFingerprints: { type: 'object', additionalProperties: { type: 'string' } },
                },
                ['message'],
              ),
            },
          },
          ['tool'],
        ),
      },
    },
    ['version', 'runs'],
  ),
}

function object(properties: Record<string, object>, required: string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required }
}
