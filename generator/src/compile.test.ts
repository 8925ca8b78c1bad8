import { describe, expect, test } from 'vitest';
import { problemsOf, specWith } from '../test/support/spec-with.ts';
import { bundleViews, compile, load, loadExamples } from './compile.ts';
import { operationsOf, schemasOf } from './document.ts';

const TONE = 'algorithms/tone/algorithm.yaml';
const FACTS = 'name: tone\ntitle: Tone\noperationSuffix: Tone\nversion: 1.2.0\nsummary: S\ndescription: D\n';

describe('specialising', () => {
  test('an algorithm has its own head, operation ids, schemata and parameter examples, and no marker is left', () => {
    const { document, view } = compile(specWith(), 'tone');
    expect(document['info']).toMatchObject({
      title: 'Tone prediction API',
      version: '1.2.0',
      description: 'Finds a pitch.',
    });
    expect(operationsOf(document).map(({ operation }) => operation['operationId'])).toEqual(['predictTone']);
    expect(view.predictSchemata).toEqual({
      instance: 'ToneInstance',
      parameters: 'ToneParameters',
      prediction: 'TonePrediction',
    });
    expect(document).toMatchObject({ components: { parameters: { Endpoint: { example: 'tone' } } } });
    expect(JSON.stringify(document)).not.toContain('x-');
  });

  test('the neutral view keeps the placeholders and has no example of an algorithm', () => {
    const { service } = bundleViews(load(specWith()));
    expect(operationsOf(service.document).map(({ operation }) => operation['operationId'])).toEqual(['predict']);
    expect(Object.keys(schemasOf(service.document))).toContain('Instance');
    expect(JSON.stringify(service.document)).not.toContain('x-');
    expect(service.document).toMatchObject({ components: { parameters: { Endpoint: { name: 'endpoint' } } } });
  });

  test('a fact that the algorithm does not state is refused', async () => {
    const file = 'common/parameters/endpoint.yaml';
    const text = 'name: endpoint\nin: path\nschema: { type: string }\nx-example-from-algorithm: colour\n';
    const problems = await problemsOf(() => compile(specWith({ [file]: text }), 'tone'));
    expect(problems).toEqual([
      `spec/${file}:4:1 example-from-algorithm algorithm.yaml states no fact "colour"; it states name, title, operationSuffix, version, summary, description`,
    ]);
  });

  test('an algorithm whose instance no operation takes is refused', async () => {
    const file = 'common/schemas/predict-request.yaml';
    const problems = await problemsOf(() =>
      compile(specWith({ [file]: 'title: PredictRequest\ntype: object\n' }), 'tone'),
    );
    expect(problems).toEqual([
      'request-shape no operation refers to predict-schemata/instance.yaml, so there is no request to parse',
    ]);
  });

  test('an unknown algorithm is refused', async () => {
    expect(await problemsOf(() => compile(specWith(), 'other'))).toEqual([
      'algorithm there is no folder algorithms/other in the spec',
    ]);
  });
});

describe('facts', () => {
  test('further facts are passed on', () => {
    const { facts } = compile(specWith({ [TONE]: `${FACTS}sampleRateHz: 16000\n` }), 'tone');
    expect(facts['sampleRateHz']).toBe(16000);
  });

  test.each([
    {
      name: 'another name',
      given: FACTS.replace('name: tone', 'name: hum'),
      want: ':1:1 algorithm-facts the folder is called tone but the name is hum',
    },
    {
      name: 'no SemVer',
      given: FACTS.replace('1.2.0', 'v1.2'),
      want: ':4:1 algorithm-facts version must match pattern',
    },
    { name: 'a fact missing', given: FACTS.replace('summary: S\n', ''), want: "must have required property 'summary'" },
  ])('refuses $name', async ({ given, want }) => {
    const problems = await problemsOf(() => load(specWith({ [TONE]: given })));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(want);
  });
});

describe('examples', () => {
  const FILE = 'algorithms/tone/examples/four-samples.yaml';
  const ANSWER = 'algorithms/tone/examples/answers/four-samples.predict.json';
  const ANSWERED = '{ "status": 200, "headers": {}, "body": null }';
  const example = (body: string): string =>
    `operations: [predict]\nsummary: S\nrequest: { body: ${body} }\nresponse: { status: 200 }\n`;

  test('a successful request stands beside the body, every answer beside its status', () => {
    const { operation } = operationsOf(compile(specWith(), 'tone').document)[0] ?? {};
    const body = { instances: [{ samples: [0, 0.5, 0, -0.5] }] };
    expect(operation).toMatchObject({
      requestBody: {
        content: { 'application/json': { examples: { fourSamples: { summary: 'Four samples', value: body } } } },
      },
      responses: {
        '200': {
          content: { 'application/json': { examples: { fourSamples: { value: { predictions: [{ pitch: 440 }] } } } } },
        },
        '400': {
          content: { 'application/json': { examples: { wrongValue: { value: { reason: 'INVALID_VALUE' } } } } },
        },
      },
    });
    expect(JSON.stringify(operation?.['requestBody'])).not.toContain('wrongValue');
  });

  test('a response that examples were put into is no component any more, and the view without examples keeps it', () => {
    const { document, view } = compile(specWith(), 'tone');
    expect(document['components']).not.toHaveProperty('responses');
    expect(view.document['components']).toHaveProperty('responses.BadRequest');
    expect(JSON.stringify(view.document)).not.toContain('"examples"');
  });

  test('stand-ins are filled from the fixtures', () => {
    const spec = specWith({
      [FILE]: example('{ a: { $fixture: tone/x.bin }, b: [{ $fixtureJson: tone/x.json }] }'),
      '../fixtures/tone/x.bin': 'abc',
      '../fixtures/tone/x.json': '[1, 2.5]',
    });
    const found = loadExamples(spec, 'tone').find(({ name }) => name === 'four-samples');
    expect(found?.request).toEqual({ body: { a: 'YWJj', b: [[1, 2.5]] } });
  });

  test('an answer of text is kept as text', () => {
    const spec = specWith({
      'paths/predict.yaml': `post:
  operationId: predict
  requestBody: { content: { application/json: { schema: { $ref: ../common/schemas/predict-request.yaml } } } }
  responses: { "200": { description: D, content: { text/plain: { schema: { type: string } } } } }
`,
      'examples/wrong-value.yaml': null,
      'algorithms/tone/examples/answers/wrong-value.predict.json': null,
      [ANSWER]: '{ "status": 200, "headers": { "Content-Type": "text/plain; charset=utf-8" }, "body": "hello" }',
    });
    const { operation } = operationsOf(compile(spec, 'tone').document)[0] ?? {};
    expect(operation).toMatchObject({
      responses: { '200': { content: { 'text/plain': { examples: { fourSamples: { value: 'hello' } } } } } },
    });
  });

  test.each<{ name: string; given: Record<string, string | null>; want: string }>([
    {
      name: 'a missing answer',
      given: { [ANSWER]: null },
      want: `recorded-answer there is no recorded answer spec/${ANSWER}; run npm run examples`,
    },
    {
      name: 'an answer with another status',
      given: { [ANSWER]: '{ "status": 500, "headers": {}, "body": null }' },
      want: `spec/${FILE}:4:13 recorded-answer expected status 200, the recorded answer has 500`,
    },
    {
      name: 'an answer whose media type is not declared',
      given: { [ANSWER]: '{ "status": 200, "headers": { "content-type": "text/html" }, "body": "" }' },
      want: 'predict declares no text/html for status 200',
    },
    {
      name: 'an answer without a media type',
      given: { [ANSWER]: ANSWERED },
      want: 'the recorded answer states no content-type',
    },
    {
      name: 'an unknown operation',
      given: { [FILE]: example('{}').replace('predict', 'sing'), [ANSWER.replace('predict', 'sing')]: ANSWERED },
      want: 'no operation has the id sing',
    },
    {
      name: 'a status that is not declared',
      given: {
        [FILE]: example('{}').replace('200', '418'),
        [ANSWER]: '{ "status": 418, "headers": {}, "body": null }',
      },
      want: 'predict declares no answer with status 418',
    },
    {
      name: 'a missing fixture',
      given: { [FILE]: example('{ $fixture: tone/none.wav }') },
      want: `spec/${FILE}:3:20 fixture there is no file fixtures/tone/none.wav`,
    },
    {
      name: 'a fixture outside its folder',
      given: { [FILE]: example('{ $fixture: ../spec/openapi.yaml }') },
      want: 'expected a path inside fixtures/',
    },
    {
      name: 'a name that is used twice',
      given: { 'examples/four-samples.yaml': example('{}') },
      want: 'spec/examples/four-samples.yaml has the same name',
    },
    {
      name: 'an unknown field',
      given: { [FILE]: `${example('{}')}title: T\n` },
      want: `spec/${FILE}:5:1 example this file must NOT have additional properties (title)`,
    },
  ])('refuses $name', async ({ given, want }) => {
    const problems = await problemsOf(() => compile(specWith(given), 'tone'));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(want);
  });

  test.each<{ name: string; given: Record<string, string | null> }>([
    { name: 'missing', given: { [ANSWER]: null } },
    { name: 'cut off', given: { [ANSWER]: '{ "status": 200, "he' } },
    { name: 'of another form', given: { [ANSWER]: '{ "code": 200 }' } },
    { name: 'of another status', given: { [ANSWER]: '{ "status": 500, "headers": {}, "body": null }' } },
    {
      name: 'of another media type',
      given: { [ANSWER]: '{ "status": 200, "headers": { "content-type": "text/html" }, "body": "" }' },
    },
  ])('an answer that is $name stops no recording, and stops everything else', async ({ given }) => {
    const spec = specWith(given);
    const { document } = compile(spec, 'tone', { allowMissingAnswers: true });
    const { operation } = operationsOf(document)[0] ?? {};
    expect(operation).toHaveProperty(['requestBody', 'content', 'application/json', 'examples', 'fourSamples']);
    expect(operation).not.toHaveProperty(['responses', '200', 'content', 'application/json', 'examples']);
    expect(operation).toHaveProperty(['responses', '400', 'content', 'application/json', 'examples', 'wrongValue']);
    const problems = await problemsOf(() => compile(spec, 'tone'));
    expect(problems).not.toEqual([]);
    expect(problems.filter((line) => !line.includes('four-samples'))).toEqual([]);
  });
});
