// Owns the proof of the clients that need no toolchain of their own: every case through each driver, against the mock and the server.
// `npm run clients` does the same for all.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Conformance } from '../../contract-tests/src/clients/conformance.ts';
import { readLanguages } from './language.ts';
import { prove } from './prove.ts';
import { missingTools } from './toolchain.ts';

const languages = (await readLanguages()).all.filter(({ inNpmTest }) => inNpmTest);

let conformance: Conformance;
beforeAll(async () => {
  conformance = await Conformance.start();
});
afterAll(() => conformance[Symbol.asyncDispose]());

describe.concurrent('a client', () => {
  test.each(languages)('$title keeps every case', { timeout: 240_000 }, async (language) => {
    expect(await missingTools(language)).toEqual([]);
    const { verdicts, failure } = await prove(language, conformance);
    expect(failure).toBeUndefined();
    expect(verdicts.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(verdicts.length).toBeGreaterThanOrEqual(conformance.cases.length);
  });
});
