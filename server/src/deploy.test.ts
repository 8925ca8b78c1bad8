// Shows which algorithms a start serves and with whose models: all by default, one in a container, and what is refused.
import { algorithmFacts, algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { describe, expect, test } from 'vitest';
import { ConfigError, readConfig } from './config.ts';
import { plan } from './deploy.ts';
import { developmentModelPath } from './development-model-path.ts';
import { locateModel } from './locate-model.ts';
import { createLogger } from './observe/log.ts';

const CONTAINER = { AIP_MODE: 'PREDICTION' };
const marked = algorithmNames.filter((name) => 'default' in algorithmFacts[name]);
const [standard = algorithmNames[0]] = marked;
const other = algorithmNames.find((name) => name !== standard) ?? standard;

function planned(args: readonly string[], env: NodeJS.ProcessEnv = {}): Record<string, string | undefined> {
  return Object.fromEntries(plan(readConfig([...args], env)).map(({ name, location }) => [name, location]));
}

test('one algorithm is the default, and there are others', () => {
  expect(marked).toEqual([standard]);
  expect(other).not.toBe(standard);
});

describe('what is served', () => {
  const everything = Object.fromEntries(algorithmNames.map((name) => [name, undefined]));

  test.each([
    { given: [], want: everything },
    { given: ['--algorithms', other], want: { [other]: undefined } },
    { given: ['--model', 'm.onnx'], want: { ...everything, [standard]: 'm.onnx' } },
    { given: ['--model', `${other}=o.onnx`], want: { ...everything, [other]: 'o.onnx' } },
    {
      given: ['--model', `${other}=o.onnx,m=1.onnx`],
      want: { ...everything, [other]: 'o.onnx', [standard]: 'm=1.onnx' },
    },
    { given: ['--algorithms', other, '--model', 'o.onnx'], want: { [other]: 'o.onnx' } },
  ])('$given', ({ given, want }) => {
    expect(planned(given)).toEqual(want);
  });

  test('a container serves the default alone, or the one that is named', () => {
    expect(planned([], { ...CONTAINER, AIP_STORAGE_URI: 'gs://b/m' })).toEqual({ [standard]: 'gs://b/m' });
    expect(planned([], { ...CONTAINER, ALGORITHMS: other })).toEqual({ [other]: undefined });
  });

  test.each<{ given: readonly string[]; env?: NodeJS.ProcessEnv; want: RegExp }>([
    { given: ['--algorithms', `${standard},nope`], want: /^- --algorithms: expected some of .*, got nope$/ },
    { given: ['--endpoint', '1'], want: /^- --endpoint is for one algorithm, but several are served/ },
    { given: ['--deployed-model-id', '1'], want: /^- --deployed-model-id is for one algorithm/ },
    {
      given: [],
      env: { ...CONTAINER, ALGORITHMS: algorithmNames.join() },
      want: /^- --algorithms: a container serves one/,
    },
    { given: ['--model', 'a,b'], want: /^- --model: gives two models for/ },
    {
      given: ['--algorithms', standard, '--model', `${other}=o`],
      want: /^- --model: gives a model for .*, which is not served/,
    },
    { given: ['--algorithms', 'nope', '--model', 'o'], want: /- --model: expected NAME=LOCATION/ },
  ])('refused: $given $env', ({ given, env, want }) => {
    const attempt = () => plan(readConfig([...given], env ?? {}));
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(want);
  });
});

test('a model of another algorithm is refused, with the flag that serves it', async () => {
  const config = readConfig([], {});
  const location = developmentModelPath('.cache', other);
  await expect(locateModel({ name: standard, location }, config, createLogger('silent'))).rejects.toThrow(
    `Expected a model of ${standard}, this file says that it is one of "${other}". Serve it with --model ${other}=LOCATION.`,
  );
});
