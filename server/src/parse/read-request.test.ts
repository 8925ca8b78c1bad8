// Owns the examples of every verdict on a body: what is read, and each reason with the words that its sender sees.
import type { HearParsedInstance, HearParsedParameters } from '@predict-schemata/generated/ts/hear.shape.gen.ts';
import { hearRequestShape } from '@predict-schemata/generated/ts/hear.shape.gen.ts';
import { expect, test } from 'vitest';
import { MAX_DESCRIPTION_LENGTH, RequestError } from '../errors.ts';
import { type ParsedRequest, readRequest } from './read-request.ts';
import { type SmallInstance, type SmallParameters, smallShape } from './small-shape.fixture.ts';

function read(body: string | Uint8Array): ParsedRequest<SmallInstance, SmallParameters> {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return readRequest<SmallInstance, SmallParameters>(bytes, smallShape, { maxInstances: 4 });
}

function readOne(instance: string) {
  const [first] = read(`{"instances": [${instance}]}`).instances;
  if (first === undefined) throw new Error('no instance came back');
  return first;
}

function requestErrorOf(body: string | Uint8Array): RequestError {
  try {
    read(body);
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
}

test.each<{ given: string; want: SmallInstance }>([
  { given: '{"clip": "AAEC"}', want: { variant: 'Clip', clip: Uint8Array.of(0, 1, 2) } },
  { given: '{"clip": "+\\/8=", "gain": 0.5}', want: { variant: 'Clip', clip: Uint8Array.of(251, 255), gain: 0.5 } },
  { given: '{"clip": "\\u002b/9=", "level": 3}', want: { variant: 'Clip', clip: Uint8Array.of(251, 255), level: 3 } },
  { given: '{"level": 9.0, "samples": [1, -2.5e-1, 0.1]}', want: samples([1, -0.25, 0.1], { level: 9 }) },
  { given: '{ "sampl\\u0065s" :\n[\n\t1 ,\r\n 0,-0 ] }', want: samples([1, 0, -0]) },
  { given: '{"uri": "gs://b/é😀", "mode": "fast"}', want: { variant: 'Link', uri: 'gs://b/é😀', mode: 'fast' } },
  {
    given: '{"loud": false, "token": "\\ud83d\\ude00ab", "mode": "exact", "uri": "gs:\\/\\/b"}',
    want: { variant: 'Link', uri: 'gs://b', token: '😀ab', mode: 'exact', loud: false },
  },
])('reads $given', ({ given, want }) => {
  expect(readOne(given)).toEqual({ ok: true, value: want });
});

function samples(numbers: number[], others: { level?: number } = {}): SmallInstance {
  return { variant: 'Samples', samples: Float32Array.from(numbers), ...others };
}

test.each([
  { given: '"x"', want: ['INVALID_TYPE', 'Expected an object with exactly one of clip, samples, uri; got a string'] },
  { given: 'null', want: ['INVALID_TYPE', 'Expected an object with exactly one of clip, samples, uri; got null'] },
  { given: '[[[]]]', want: ['INVALID_TYPE', 'Expected an object with exactly one of clip, samples, uri; got a list'] },
  { given: '{}', want: ['NO_INPUT', 'Expected exactly one of clip, samples, uri; got an empty object'] },
  { given: '{"token": "t"}', want: ['NO_INPUT', 'Expected exactly one of clip, samples, uri; got token'] },
  {
    given: '{"Clip": "AAEC"}',
    want: ['NO_INPUT', 'Expected exactly one of clip, samples, uri; got the unknown field "Clip" (did you mean clip?)'],
  },
  {
    given: '{"clip": "AAEC", "samples": [1, 2, 3]}',
    want: ['AMBIGUOUS_INPUT', 'Expected exactly one of clip, samples, uri; got clip and samples'],
  },
  {
    given: '{"clip": null, "samples": [1, 2, 3]}',
    want: [
      'AMBIGUOUS_INPUT',
      'Expected exactly one of clip, samples, uri; got clip and samples. Leave out the fields that you do not use, also when they are null',
    ],
  },
  {
    given: '{"samples": [1, 2, 3], "mode": "fast"}',
    want: ['AMBIGUOUS_INPUT', 'Expected exactly one of clip, samples, uri; got samples and mode'],
  },
  {
    given: '{"token": "t", "clip": "AAEC"}',
    want: ['UNKNOWN_FIELD', 'token is only allowed beside uri, got it beside clip'],
  },
  {
    given: '{"clip": "AAEC", "rate": 1}',
    want: ['UNKNOWN_FIELD', 'Unknown field "rate"; expected only clip, gain, level'],
  },
  {
    given: '{"clip": "AAEC", "__proto__": {"x": 1}}',
    want: ['UNKNOWN_FIELD', 'Unknown field "__proto__"; expected only clip, gain, level'],
  },
  {
    given: '{"clip": "AAEC", "constructor": 1}',
    want: ['UNKNOWN_FIELD', 'Unknown field "constructor"; expected only clip, gain, level'],
  },
  {
    given: '{"clip": "AAEC", "a\\u0000\\u202e\\"\\ud800": 1}',
    want: ['UNKNOWN_FIELD', 'Unknown field "a\\u{0}\\u{202e}\\"\\u{d800}"; expected only clip, gain, level'],
  },
  {
    given: `{"clip": "AAEC", "${'n'.repeat(99)}": 1}`,
    want: ['UNKNOWN_FIELD', `Unknown field "${'n'.repeat(40)}…"; expected only clip, gain, level`],
  },
  {
    given: '{"clip": "AAEC", "cl\\u0069p": "AAEC"}',
    want: ['DUPLICATE_FIELD', 'clip: expected once, got more than once'],
  },
  { given: '{"uri": "gs://b"}', want: ['MISSING_FIELD', 'mode is required beside uri'] },
  { given: '{"clip": 1}', want: ['INVALID_TYPE', 'clip: expected a base64 string, got a number'] },
  { given: '{"clip": null}', want: ['INVALID_TYPE', 'clip: expected a base64 string, got null'] },
  { given: '{"samples": {"0": 1}}', want: ['INVALID_TYPE', 'samples: expected a list of numbers, got an object'] },
  { given: '{"samples": [1, "2", 3]}', want: ['INVALID_TYPE', 'samples[1]: expected a number, got a string'] },
  { given: '{"samples": [1, 2, [3]]}', want: ['INVALID_TYPE', 'samples[2]: expected a number, got a list'] },
  { given: '{"samples": [null]}', want: ['INVALID_TYPE', 'samples[0]: expected a number, got null'] },
  { given: '{"samples": [1e39, 2, true, 4]}', want: ['INVALID_TYPE', 'samples[2]: expected a number, got a boolean'] },
  { given: '{"samples": [1, 2]}', want: ['INVALID_LENGTH', 'samples: expected exactly 3 numbers, got 2'] },
  { given: '{"samples": []}', want: ['INVALID_LENGTH', 'samples: expected exactly 3 numbers, got 0'] },
  { given: '{"samples": [1, 2e99, 3, 4]}', want: ['INVALID_LENGTH', 'samples: expected exactly 3 numbers, got 4'] },
  {
    given: '{"samples": [1, -1e400, 3]}',
    want: [
      'NOT_FINITE',
      'samples[1]: expected a number in the range of a 32-bit float (±3.4e38), got one that is larger',
    ],
  },
  {
    given: '{"samples": [1, 2, 3.4028235677973366e38]}',
    want: [
      'NOT_FINITE',
      'samples[2]: expected a number in the range of a 32-bit float (±3.4e38), got one that is larger',
    ],
  },
  { given: '{"clip": ""}', want: ['INVALID_LENGTH', 'clip: expected 4 to 16 base64 characters, got 0'] },
  {
    given: `{"clip": "${'A'.repeat(20)}"}`,
    want: ['INVALID_LENGTH', 'clip: expected 4 to 16 base64 characters, got 20'],
  },
  { given: '{"uri": "gs://1234567", "mode": "fast"}', want: ['INVALID_VALUE', /^uri: expected a text that matches/] },
  { given: '{"uri": "s3://b", "mode": "fast"}', want: ['INVALID_VALUE', /^uri: expected a text that matches \^gs/] },
  {
    given: '{"uri": "gs://b/long/name", "mode": "fast"}',
    want: ['INVALID_LENGTH', 'uri: expected at most 12 characters, got 16'],
  },
  {
    given: '{"uri": "gs://b", "mode": "slow"}',
    want: ['INVALID_VALUE', 'mode: expected one of fast, exact; got another text'],
  },
  {
    given: '{"uri": "gs://b", "mode": "fast", "loud": "yes"}',
    want: ['INVALID_TYPE', 'loud: expected a boolean, got a string'],
  },
  {
    given: '{"clip": "AAEC", "level": 1.5}',
    want: ['INVALID_TYPE', 'level: expected an integer, got a number with a fraction'],
  },
  {
    given: '{"level": 4, "clip": "AAEC"}',
    want: ['INVALID_VALUE', 'level: expected an integer of at least 1 and of at most 3, got a larger one'],
  },
  {
    given: '{"gain": -1e-9, "samples": [1, 2, 3]}',
    want: ['INVALID_VALUE', 'gain: expected a number of at least 0 and of at most 10, got a smaller one'],
  },
])('refuses the instance $given', ({ given, want: [reason, description] }) => {
  // The neighbour shows that parsing goes on behind the refused instance.
  const [refused, neighbour] = read(`{"instances": [${given}, {"clip": "AAEC"}]}`).instances;
  expect(refused).toEqual({ ok: false, error: expect.objectContaining({ reason }) });
  const message = refused?.ok === false ? refused.error.message : '';
  if (description instanceof RegExp) expect(message).toMatch(description);
  else expect(message).toBe(description);
  expect(message.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
  expect(neighbour?.ok).toBe(true);
});

test.each([
  { given: '[1]', want: ['INVALID_TYPE', []], says: /"instances".*got a list; put the list under/ },
  { given: '"x"', want: ['INVALID_TYPE', []], says: /got a string/ },
  { given: '{}', want: ['MISSING_FIELD', ['instances']], says: /expected a list of instances, got none/ },
  {
    given: '{"instances": {}}',
    want: ['INVALID_TYPE', ['instances']],
    says: /expected a list of instances, got an object/,
  },
  { given: '{"instances": null}', want: ['INVALID_TYPE', ['instances']], says: /got null/ },
  { given: '{"instances": []}', want: ['EMPTY_INSTANCES', ['instances']], says: /at least 1 instance/ },
  {
    given: '{"instances": [1, 2, 3, 4, 5, 6]}',
    want: ['TOO_MANY_INSTANCES', ['instances']],
    says: /at most 4 instances in one call, got 6; split/,
  },
  { given: '{"instances": [1], "inst\\u0061nces": [1]}', want: ['DUPLICATE_FIELD', ['instances']], says: /once/ },
  {
    given: '{"parameters": null, "instances": [1], "parameters": null}',
    want: ['DUPLICATE_FIELD', ['parameters']],
    says: /once/,
  },
  {
    given: '{"instances": [1], "__proto__": {}}',
    want: ['UNKNOWN_FIELD', ['__proto__']],
    says: /instances and parameters/,
  },
  {
    given: '{"Instances": [1], "x": 1}',
    want: ['MISSING_FIELD', ['instances', 'Instances', 'x']],
    says: /\(and 2 more, see fieldViolations\)/,
  },
  {
    given: '{"instances": [1], "parameters": []}',
    want: ['INVALID_TYPE', ['parameters']],
    says: /an object or null, got a list/,
  },
  {
    given: '{"parameters": {"topK": 1, "top_k": 0}, "instances": [1]}',
    want: ['UNKNOWN_FIELD', ['parameters.topK', 'parameters.top_k']],
    says: /did you mean top_k\?/,
  },
  {
    given: '{"parameters": {"top_k": 2, "top_k": 2}, "instances": [1]}',
    want: ['DUPLICATE_FIELD', ['parameters.top_k']],
    says: /once/,
  },
  {
    given: '{"parameters": {"weights": [1, "2"], "top_k": 11}, "instances": [1]}',
    want: ['INVALID_TYPE', ['parameters.weights[1]', 'parameters.top_k']],
    says: /expected a number, got a string/,
  },
  {
    given: '{"parameters": {"weights": [1e39]}, "instances": [1]}',
    want: ['INVALID_VALUE', ['parameters.weights[0]']],
    says: /32-bit float/,
  },
  {
    given: '{"parameters": {"key": "A"}, "instances": [1]}',
    want: ['INVALID_VALUE', ['parameters.key']],
    says: /base64/,
  },
  {
    given: '{"parameters": {"weights": [1, 2, 3]}, "instances": [1]}',
    want: ['INVALID_LENGTH', ['parameters.weights']],
    says: /at most 2 numbers, got 3/,
  },
])('refuses the request $given', ({ given, want: [reason, fields], says }) => {
  const error = requestErrorOf(given);
  expect(error.reason).toBe(reason);
  expect((error.facts.fieldViolations ?? []).map(({ field }) => field)).toEqual(fields);
  expect(error.message).toMatch(says);
});

test('reads the parameters, absent and null alike', () => {
  const given = '{"parameters": {"key": "AA==", "weights": [0.5], "top_k": 1.0}, "instances": [1]}';
  expect(read(given).parameters).toEqual({ top_k: 1, weights: Float32Array.of(0.5), key: Uint8Array.of(0) });
  expect(Object.keys(read(given))).toEqual(['instances', 'parameters']);
  expect(read('{"instances": [1]}').parameters).toEqual({});
  expect(read('{"instances": [1], "parameters": null}').parameters).toEqual({});
});

test('asks for required parameters', () => {
  const shape = { ...smallShape, parameters: { ...smallShape.parameters, required: ['top_k'] } };
  for (const rest of ['', ', "parameters": null', ', "parameters": {}']) {
    const body = new TextEncoder().encode(`{"instances": [1]${rest}}`);
    const violation = expect.objectContaining({ field: 'parameters.top_k' });
    const error = expect.objectContaining({ reason: 'MISSING_FIELD', facts: { fieldViolations: [violation] } });
    expect(() => readRequest(body, shape, { maxInstances: 1 })).toThrow(error);
  }
});

test('a verdict does not depend on the order of the fields', () => {
  const fields = ['"uri": 5', '"mode": 1', '"token": ""', '"loud": null'];
  const reversed = fields.toReversed();
  expect(readOne(`{${fields}}`)).toEqual(readOne(`{${reversed}}`));
  expect(requestErrorOf('{"x": 1, "instances": 1}').reason).toBe(requestErrorOf('{"instances": 1, "x": 1}').reason);
});

test('wrong JSON wins over everything in front of it', () => {
  expect(requestErrorOf('{"instances": [1, 2, 3, 4, 5], "x": [}').reason).toBe('INVALID_JSON');
  expect(requestErrorOf('{"instances": [{"samples": ["a", 01]}]}').reason).toBe('INVALID_JSON');
});

test('names, values and lists of any size keep messages short', () => {
  const name = '\\u0007😀'.repeat(500);
  const body = `{"instances": [1], ${Array.from({ length: 300 }, (_, i) => `"${i}${name}": 1`)}}`;
  const { message, facts } = requestErrorOf(body);
  expect(message.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
  expect(facts.fieldViolations).toHaveLength(16);
  for (const { field, description } of facts.fieldViolations ?? []) {
    expect(field.length).toBeLessThanOrEqual(50);
    expect(description.length).toBeLessThanOrEqual(MAX_DESCRIPTION_LENGTH);
  }
});

test('a contract of any size keeps messages short', () => {
  const names = Array.from({ length: 99 }, (_, index) => `input_number_${index}`);
  const objects = names.map((name) => ({
    name,
    properties: { [name]: { kind: 'boolean' as const } },
    required: [name],
  }));
  const parameters = {
    name: 'Many',
    properties: Object.assign({}, ...objects.map(({ properties }) => properties)),
    required: [],
  };
  const readWith = (body: string) =>
    readRequest(new TextEncoder().encode(body), { variants: objects, parameters }, { maxInstances: 1 });
  const [noInput] = readWith('{"instances": [{}]}').instances;
  expect(noInput?.ok === false && noInput.error.message).toHaveLength(MAX_DESCRIPTION_LENGTH);
  const message = expect.stringMatching(/^.{1,500}$/s);
  const fieldViolations = [{ field: 'parameters.x', description: message }];
  const error = expect.objectContaining({ message, facts: { fieldViolations } });
  expect(() => readWith('{"instances": [1], "parameters": {"x": 1}}')).toThrow(error);
});

test('nothing that a caller sees holds a value', () => {
  const secret = 'SeCrEtVaLuE';
  const instances = [
    `"${secret}"`,
    `{"clip": "${secret}-"}`,
    `{"uri": "${secret}", "mode": "${secret}"}`,
    `{"token": "${secret}"}`,
  ];
  for (const result of read(`{"instances": [${instances}]}`).instances) {
    expect(result.ok ? '' : result.error.message).toMatch(/^(?!.*SeCrEt).+$/s);
  }
});

test('typed values do not point into the body', () => {
  const body = new TextEncoder().encode('{"instances": [{"clip": "AAEC"}, {"samples": [1, 2, 3]}]}');
  for (const result of read(body).instances) {
    const value = result.ok && result.value.variant !== 'Link' && result.value;
    const data = value && (value.variant === 'Clip' ? value.clip : value.samples);
    expect(data && data.buffer.byteLength === data.byteLength && data.buffer !== body.buffer).toBe(true);
  }
});

test('a short body cannot claim a large array', () => {
  const samplesOfAnyLength = {
    name: 'Long',
    properties: { x: { kind: 'float-array', minItems: 0, maxItems: 2 ** 50 } },
    required: ['x'],
  } as const;
  const body = new TextEncoder().encode('{"instances": [{"x": [1, 2]}, {"x": [ ]}]}');
  const { instances } = readRequest(body, { ...smallShape, variants: [samplesOfAnyLength] }, { maxInstances: 2 });
  expect(instances.map((each) => each.ok && each.value)).toEqual([
    { variant: 'Long', x: Float32Array.of(1, 2) },
    { variant: 'Long', x: new Float32Array(0) },
  ]);
});

test('refuses a shape in which a variant cannot be told', () => {
  const [clip] = smallShape.variants;
  const shape = { ...smallShape, variants: [clip, { ...clip, name: 'Twin' }] };
  expect(() => readRequest(new TextEncoder().encode('{}'), shape, { maxInstances: 1 })).toThrow(/Clip has no required/);
});

test('gives the generated types of an algorithm', () => {
  const numbers = Array.from({ length: 32_000 }, (_, index) => Math.sin(index) / 3);
  const body = Buffer.from(JSON.stringify({ instances: [{ input_array: numbers }] }));
  const [result] = readRequest<HearParsedInstance, HearParsedParameters>(body, hearRequestShape, {
    maxInstances: 1,
  }).instances;
  const input = result?.ok === true && result.value.variant === 'HearInputArray' ? result.value.input_array : undefined;
  expect(input).toEqual(Float32Array.from(numbers));
});
