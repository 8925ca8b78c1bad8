import { expect, test } from 'vitest';
import { type SentCall, snippetsOf } from './snippets.ts';

const CALL: SentCall = {
  server: 'http://127.0.0.1:8080',
  endpoint: 'projects/demo/locations/us-central1/endpoints/sounds',
  algorithm: { name: 'sounds', clientMethod: 'embed', fileField: 'input_bytes', resultField: 'embedding' },
  files: ['cough-0.000s.wav', 'cough-2.000s.wav'],
  maxInstances: 64,
};

const codeOf = (title: string, call: SentCall = CALL): string =>
  snippetsOf(call).find((snippet) => snippet.title === title)?.code ?? '';

test.each(['curl', 'Python', 'TypeScript'])('%s names server, endpoint and files, and no token', (title) => {
  const code = codeOf(title);
  for (const part of [CALL.server, 'sounds', ...CALL.files]) expect(code).toContain(part);
  expect(code).toMatch(/TOKEN/);
});

test('curl sends what fits into one call, and says so', () => {
  const code = codeOf('curl', { ...CALL, maxInstances: 1 });
  expect(code).toContain('# One call carries at most 1 clips: these are the first of 2.');
  expect(code).not.toContain('cough-2.000s.wav');
});

test('an algorithm without a method of its own is named to the general one', () => {
  const call = { ...CALL, algorithm: { ...CALL.algorithm, clientMethod: undefined } };
  expect(codeOf('Python', call)).toContain('client.predict_sounds("sounds", clips)');
  expect(codeOf('TypeScript', call)).toContain("client.predictSounds('sounds', clips.map(");
});

test('what is special in a language stays text', () => {
  const call = { ...CALL, files: ['it\'s "x" \\ $(rm).wav'] };
  expect(codeOf('curl', call)).toContain(`'it'\\''s "x" \\ $(rm).wav'`);
  expect(codeOf('Python', call)).toContain('"it\'s \\"x\\" \\\\ $(rm).wav"');
  expect(codeOf('TypeScript', call)).toContain(`'it\\'s "x" \\\\ $(rm).wav'`);
});
