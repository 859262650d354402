/**
 * The part of SARIF 2.1.0's schema (OASIS sarif-schema-2.1.0.json) that concerns what Pinpull writes: the objects, which
 * of their properties are required, and their types and enumerations. As in the standard's schema, a property that an
 * object does not have is an error.
 */
export const SARIF_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  definitions: {
    message: object({ text: { type: 'string' } }, ['text']),
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
      physicalLocation: object({
        artifactLocation: object({ uri: { type: 'string', format: 'uri-reference' } }),
        region: object({
          startLine: { type: 'integer', minimum: 1 },
          startColumn: { type: 'integer', minimum: 1 },
        }),
      }),
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
