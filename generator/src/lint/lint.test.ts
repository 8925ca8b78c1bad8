import { expect, test } from 'vitest';
import { contractOf } from '../../test/support/contract-of.ts';
import { problemsOf, specWith } from '../../test/support/spec-with.ts';

const PREDICT = 'paths/predict.yaml';
const PREDICTION = 'algorithms/tone/prediction.yaml';
const ANSWER = 'algorithms/tone/examples/answers/four-samples.predict.json';

test('the smallest contract has no problem', async () => {
  expect(await problemsOf(() => contractOf(specWith()))).toEqual([]);
});

test.each([
  {
    name: 'a recorded answer that breaks its schema, at its own file',
    given: {
      [ANSWER]:
        '{ "status": 200, "headers": { "content-type": "application/json" },\n "body": { "predictions": [{ "pitch": "A" }] } }',
    },
    want: `spec/${ANSWER}:2:30 no-invalid-media-type-examples`,
  },
  {
    name: 'a request example that breaks its schema, at its own file',
    given: {
      'algorithms/tone/examples/four-samples.yaml':
        'operations: [predict]\nsummary: S\nrequest:\n  body:\n    instances: [{ samples: [0] }]\nresponse: { status: 200 }\n',
    },
    want: 'spec/algorithms/tone/examples/four-samples.yaml:5:19 no-invalid-media-type-examples',
  },
  {
    name: 'an own rule',
    given: {
      [PREDICTION]:
        'title: TonePrediction\ndescription: D\ntype: object\nproperties:\n  Pitch: { description: D, type: string }\nadditionalProperties: true\n',
    },
    want: `spec/${PREDICTION}:5:3 snake-case-fields`,
  },
  {
    name: 'a file that nothing refers to',
    given: { 'common/schemas/lost.yaml': 'title: Lost\n' },
    want: 'spec/common/schemas/lost.yaml:1:1 unused-file nothing refers to this file',
  },
  {
    name: 'an answer without an example',
    given: { 'algorithms/tone/examples/answers/lost.json': '{}' },
    want: 'spec/algorithms/tone/examples/answers/lost.json:1:1 unused-file no example has the name',
  },
])('reports $name', async ({ given, want }) => {
  const problems = await problemsOf(() => contractOf(specWith(given)));
  expect(problems.join('\n')).toContain(want);
});

test('a path parameter that is not declared is reported by Redocly at its operation', async () => {
  const text =
    'get:\n  operationId: list\n  summary: S\n  description: D\n  tags: [predictions]\n  responses: { "200": { description: D } }\n';
  const openapi = `openapi: 3.0.3
info: { title: T, version: 1.0.0, description: D, license: { name: MIT, url: "https://example.org" } }
servers: [{ url: "http://127.0.0.1" }]
tags: [{ name: predictions, description: D }]
security: [{ bearer: [] }]
paths:
  "/v1/endpoints/{endpoint}:predict": { $ref: ./paths/predict.yaml }
  /v1/lists/{list}: { $ref: ./paths/list.yaml }
components: { securitySchemes: { bearer: { type: http, scheme: bearer } } }
`;
  const problems = await problemsOf(() => contractOf(specWith({ 'openapi.yaml': openapi, 'paths/list.yaml': text })));
  expect(problems.join('\n')).toContain('spec/paths/list.yaml:2:3 path-parameters-defined');
  expect(problems.join('\n')).toContain('spec/paths/list.yaml:6:3 operation-4xx-response');
  expect(problems.some((line) => line.includes(PREDICT))).toBe(false);
});
