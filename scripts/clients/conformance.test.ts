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

describe('a client', () => {
  test.concurrent.for(languages)('$title keeps every case', { timeout: 600_000 }, async (language, context) => {
    const missing = await missingTools(language);
    // What a laptop lacks is its owner's affair; CI proves all or fails.
    context.skip(missing.length > 0 && !process.env['CI'], `not here: ${missing.join(', ')}`);
    expect(missing).toEqual([]);
    const { verdicts, failure } = await prove(language, conformance);
    expect(failure).toBeUndefined();
    expect(verdicts.filter(({ problems }) => problems.length > 0)).toEqual([]);
    expect(verdicts.length).toBeGreaterThanOrEqual(conformance.cases.length);
  });
});
