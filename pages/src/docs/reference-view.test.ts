// Owns the proof that the view of each algorithm's real document has what a person needs to execute its operations.
import { readFileSync } from 'node:fs';
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { expect, test } from 'vitest';
import { type Json, referenceView } from './reference-view.ts';

const ENDPOINT = { endpoint: 'projects/p1/locations/l1/endpoints/e1' };

function documentOf(name: string): Json {
  return JSON.parse(readFileSync(new URL(`../../../generated/openapi/${name}.json`, import.meta.url), 'utf8'));
}

/** The member at a path; undefined where there is none. */
function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => Object(inner)[name], value);
}

const PREDICT = '/v1/projects/{project}/locations/{location}/endpoints/{endpoint}:predict';
const INFER = '/v2/models/{model}/infer';
const CONTAINER = '/v1/endpoints/{endpoint}/deployedModels/{deployedModel}';

test.each(algorithmNames)('%s: names are this program’s', (name) => {
  const view = referenceView(documentOf(name), { container: false }, ENDPOINT);
  const parameters = at(view, 'paths', PREDICT, 'parameters') as { name: string; example: string }[];
  expect(parameters.map(({ name, example }) => [name, example])).toEqual([
    ['project', 'p1'],
    ['location', 'l1'],
    ['endpoint', 'e1'],
  ]);
  expect(view['servers']).toBeUndefined();
});

test.each(algorithmNames)('%s: tensors have a body of the model’s own form', (name) => {
  const view = referenceView(documentOf(name), { container: false }, ENDPOINT);
  const content = at(view, 'paths', INFER, 'post', 'requestBody', 'content', 'application/json');
  const body: unknown = JSON.parse(String(at(content, 'examples', 'silence', 'value')));
  const shape = at(body, 'inputs', 0, 'shape') as number[];
  expect(at(body, 'inputs', 0, 'data')).toHaveLength(shape[1] ?? Number.NaN);
});

test.each([true, false])('operations of a container are there: %s', (container) => {
  const document = documentOf(algorithmNames[0]);
  const view = referenceView(document, { container }, ENDPOINT);
  expect(at(view, 'paths', CONTAINER) !== undefined).toBe(container);
  const tags = (at(view, 'tags') as { name: string }[]).map(({ name }) => name);
  expect(tags.includes('container')).toBe(container);
  // Their ids are not the endpoint's.
  if (container) expect(at(view, 'paths', CONTAINER)).toEqual(at(document, 'paths', CONTAINER));
  const [before, after] = [document, view].map((one) => Object.keys(Object(one['paths'])).length);
  expect(after).toBe((before ?? 0) - (container ? 0 : 2));
});
