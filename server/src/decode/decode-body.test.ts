import { expect, test } from 'vitest';
import type { AnyAlgorithm } from '../algorithms/algorithm.ts';
import { InstanceError } from '../errors.ts';
import { decodeBody } from './decode-body.ts';

/** Takes a text; some texts make it fail. */
const algorithm: AnyAlgorithm = {
  name: 'test',
  requestShape: {
    variants: [{ name: 'Text', properties: { text: { kind: 'string' } }, required: ['text'] }],
    parameters: { name: 'None', properties: {}, required: [] },
  },
  model: { inputName: 'x', inputLength: 1, outputName: 'y', outputLength: 1 },
  decode({ text }) {
    if (text === 'refuse') throw new InstanceError('INVALID_AUDIO', 'Refused.');
    if (text === 'bug') throw new TypeError('secret detail');
    return Float32Array.of(1);
  },
  decodeFile: () => Float32Array.of(1),
  encode: () => ({}),
};

const decode = (...texts: string[]) =>
  decodeBody(new TextEncoder().encode(JSON.stringify({ instances: texts.map((text) => ({ text })) })), algorithm, {
    maxInstances: 9,
  }).instances;

test('a clip that is refused and a bug of the plug-in are each kept to their instance', () => {
  const [before, refused, bug, after] = decode('good', 'refuse', 'bug', 'good');
  expect(before).toEqual(Float32Array.of(1));
  expect(refused).toEqual({ reason: 'INVALID_AUDIO', description: 'Refused.' });
  expect(bug).toMatchObject({
    reason: 'INTERNAL',
    description: expect.not.stringContaining('secret'),
    cause: expect.stringContaining('secret detail'),
  });
  expect(after).toEqual(Float32Array.of(1));
});
