import { expect, test } from 'vitest';
import { problemsOf, specWith } from '../../test/support/spec-with.ts';
import { resolve, schemasOf } from '../document.ts';
import { objectAt } from '../json.ts';
import { positionOf } from '../source/position.ts';
import { SourceTree } from '../source/source-tree.ts';
import { bundle } from './bundle.ts';

const bundleOf = (files: Record<string, string | null> = {}) => bundle(new SourceTree(specWith(files)));

test('files become components: schemata by title, the others by file name, paths in place', () => {
  const { document, schemaNames } = bundleOf();
  const components = objectAt(document, 'components');
  expect(Object.keys(components)).toEqual(['headers', 'parameters', 'responses', 'schemas', 'securitySchemes']);
  expect(Object.keys(objectAt(components, 'parameters'))).toEqual(['Endpoint']);
  expect(Object.keys(objectAt(components, 'responses'))).toEqual(['BadRequest']);
  expect(Object.keys(objectAt(components, 'headers'))).toEqual(['RequestId']);
  expect(Object.keys(schemasOf(document))).toEqual([
    'Instance',
    'Parameters',
    'PredictRequest',
    'PredictResponse',
    'Prediction',
    'RequestErrorReason',
    'Status',
  ]);
  expect(schemaNames.get('common/schemas/status.yaml')).toBe('Status');
  const item = objectAt(objectAt(document, 'paths'), '/v1/endpoints/{endpoint}:predict');
  expect(objectAt(item, 'post')['operationId']).toBe('predict');
});

test('a bundled object still knows its file', () => {
  const { document } = bundleOf();
  const status = resolve(document, { $ref: '#/components/schemas/Status' });
  expect(positionOf(objectAt(status ?? {}, 'properties'), 'reason')).toMatchObject({
    file: 'spec/common/schemas/status.yaml',
    line: 7,
  });
});

test('a substituted file stands where the other was referred to', () => {
  const spec = new SourceTree(specWith());
  const { document } = bundle(spec, new Map([['predict-schemata/instance.yaml', 'algorithms/tone/instance.yaml']]));
  expect(Object.keys(schemasOf(document))).toContain('ToneInstance');
  expect(Object.keys(schemasOf(document))).not.toContain('Instance');
});

test('a property may have any name, also that of a keyword', () => {
  const properties =
    '{ default: { $ref: ./request-error-reason.yaml }, enum: { type: string }, example: { type: string } }';
  const { document } = bundleOf({
    'common/schemas/status.yaml': `title: Status\ntype: object\nproperties: ${properties}\n`,
  });
  expect(schemasOf(document)['Status']).toMatchObject({
    properties: { default: { $ref: '#/components/schemas/RequestErrorReason' } },
  });
});

test('a reference inside an example is data', () => {
  const { document } = bundleOf({ 'common/schemas/status.yaml': 'title: Status\nexample: { $ref: nowhere.yaml }\n' });
  expect(schemasOf(document)['Status']).toMatchObject({ example: { $ref: 'nowhere.yaml' } });
});

const STATUS = 'common/schemas/status.yaml';
const withReason = (reference: string): Record<string, string> => ({
  [STATUS]: `title: Status\nproperties:\n  reason: ${reference}\n`,
});

test.each([
  {
    name: 'a missing file',
    given: withReason('{ $ref: ./nowhere.yaml }'),
    want: 'spec/common/schemas/status.yaml:3:13 file-exists there is no file spec/common/schemas/nowhere.yaml',
  },
  {
    name: 'a pointer into a file',
    given: withReason('{ $ref: "./predict-request.yaml#/properties/instances" }'),
    want: 'spec/common/schemas/status.yaml:3:13 file-reference "./predict-request.yaml#/properties/instances" points inside a file',
  },
  {
    name: 'a reference out of the spec',
    given: withReason('{ $ref: ../../../x.yaml }'),
    want: 'spec/common/schemas/status.yaml:3:13 file-reference "../../../x.yaml" leaves the spec folder',
  },
  {
    name: 'a reference to the net',
    given: withReason('{ $ref: "https://example.org/x.yaml" }'),
    want: 'spec/common/schemas/status.yaml:3:13 file-reference "https://example.org/x.yaml" leaves the spec folder',
  },
  {
    name: 'something beside a reference',
    given: withReason('{ $ref: ./request-error-reason.yaml, description: lost }'),
    want: 'spec/common/schemas/status.yaml:3:13 file-reference OpenAPI 3.0 ignores what stands beside a $ref; move description',
  },
  {
    name: 'a cycle',
    given: withReason('{ $ref: ../responses/bad-request.yaml }'),
    want: "no-cycle the contract's schemas must end: spec/common/responses/bad-request.yaml → spec/common/schemas/status.yaml → spec/common/responses/bad-request.yaml",
  },
  {
    name: 'a schema without a title',
    given: { 'common/schemas/request-error-reason.yaml': 'type: string\n' },
    want: 'spec/common/schemas/request-error-reason.yaml:1:1 schema-title expected a PascalCase title',
  },
  {
    name: 'a title in another case',
    given: { 'common/schemas/request-error-reason.yaml': 'title: error_reason\ntype: string\n' },
    want: 'got "error_reason"',
  },
  {
    name: 'one title twice',
    given: { 'common/schemas/request-error-reason.yaml': 'title: Prediction\ntype: string\n' },
    want: 'unique-name spec/predict-schemata/prediction.yaml and spec/common/schemas/request-error-reason.yaml both claim the name Prediction',
  },
  {
    name: 'an unknown error level',
    given: { 'common/schemas/request-error-reason.yaml': 'title: RequestErrorReason\nx-error-level: all\n' },
    want: 'spec/common/schemas/request-error-reason.yaml:2:1 error-level expected x-error-level to be request or instance, got "all"',
  },
])('refuses $name', async ({ given, want }) => {
  const problems = await problemsOf(() => bundleOf(given));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(want);
});

test('all problems of the bundle come at once', async () => {
  const problems = await problemsOf(() =>
    bundleOf({
      'common/headers/request-id.yaml': null,
      'common/schemas/request-error-reason.yaml': 'type: string\n',
      ...{ 'predict-schemata/instance.yaml': 'title: instance\n' },
    }),
  );
  expect(problems.map((line) => line.split(' ')[1])).toEqual(['schema-title', 'file-exists', 'schema-title']);
});

test('the catalogue is a schema of its own and gives each level its enum', () => {
  const { document } = bundleOf({
    [STATUS]:
      'title: Status\nproperties: { any: { $ref: ../error-reasons.yaml }, one: { $ref: ./instance-error-reason.yaml } }\n',
    'common/schemas/instance-error-reason.yaml': 'title: InstanceErrorReason\ntype: string\nx-error-level: instance\n',
  });
  expect(schemasOf(document)).toMatchObject({
    ErrorReason: { title: 'ErrorReason', type: 'string', enum: ['INVALID_VALUE', 'TOO_SHORT'] },
    InstanceErrorReason: { title: 'InstanceErrorReason', type: 'string', enum: ['INVALID_VALUE', 'TOO_SHORT'] },
  });
  expect(schemasOf(document)['InstanceErrorReason']).not.toHaveProperty('x-error-level');
  expect(bundleOf().document).toMatchObject({
    components: { schemas: { RequestErrorReason: { enum: ['INVALID_VALUE'] } } },
  });
});
