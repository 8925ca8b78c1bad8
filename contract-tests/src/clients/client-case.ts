// Owns reading the cases that every client's driver runs: YAML files in contract-tests/clients, checked by the schema beside them.
// Must not know a language.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { ALGORITHM } from '../subject.ts';
import type { DriverOptions } from './driver-protocol.ts';
import type { SoundSpec } from './sounds.ts';

const CASES = new URL('../../clients/', import.meta.url).pathname;

/** Which server answers: the mock, or the real server with its development model. */
export type TargetName = 'mock' | 'server';

export interface ClientCase {
  readonly name: string;
  readonly targets: readonly TargetName[];
  /** Words that a row of languages.json may state as lacking. */
  readonly needs: readonly string[];
  /** What the sounds are sent to; that of most suites by default. */
  readonly algorithm: string;
  /** `sounds` is the helper's call, `instances` the generated core's with the contract's own instances. */
  readonly call: 'sounds' | 'instances';
  readonly sounds: readonly SoundSpec[];
  /** The list of sounds is repeated until there are so many. */
  readonly count?: number;
  /** `good` by default; a list is given out by a provider, the next one after each refusal. */
  readonly token: 'good' | 'wrong' | 'none' | 'expiring';
  readonly endpoint?: string;
  readonly options: DriverOptions;
  readonly cancelAfterMs?: number;
  /** A scenario of the mock. */
  readonly scenario?: object;
  readonly headers: Readonly<Record<string, string>>;
  /** The relay answers so itself instead of asking the server. */
  readonly answer?: {
    readonly status: number;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  readonly expect: Expectation;
}

export interface Expectation {
  /**
   * `exact`: the same 32-bit floats as each sound alone; `near`: within 1e-4, for batches of the real server. A list: for each
   * sound `value` or the reason of its error.
   */
  readonly predictions?: 'exact' | 'near' | readonly string[];
  readonly error?: {
    readonly kind: string;
    readonly status?: number;
    readonly reason?: string;
    readonly requestId?: boolean;
  };
  /** Predictions that went over the wire. */
  readonly calls?: number;
  readonly mostInstancesPerCall?: number;
  readonly mostBytesPerCall?: number;
  readonly mostAtOnce?: number;
  /** Every call has the client and its version as its user agent. */
  readonly namesItself?: boolean;
  /** More than one call was under way at a time. */
  readonly inParallel?: boolean;
  /** Between the first two calls. A lower bound, which a slow machine keeps. */
  readonly leastWaitMs?: number;
  /** Field of the contract in which each sound went. */
  readonly sentAs?: string;
  /** Most bytes that a call may have sent for each sound. */
  readonly mostBytesPerSound?: number;
}

interface CaseFile {
  readonly why: string;
  readonly cases: readonly Partial<ClientCase>[];
}

/** All cases, each with the name of its file in front. @throws Error that names every mistake */
export async function readClientCases(): Promise<readonly ClientCase[]> {
  const schema = JSON.parse(await readFile(join(CASES, 'client-case.schema.json'), 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: false }).compile<CaseFile>(schema);
  const names = (await readdir(CASES)).filter((name) => name.endsWith('.yaml')).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      const file: unknown = parse(await readFile(join(CASES, name), 'utf8'));
      if (!validate(file)) throw new Error(`${name}: ${JSON.stringify(validate.errors, null, 1)}`);
      return file.cases.map(
        (one): ClientCase => ({
          targets: ['mock', 'server'],
          needs: [],
          algorithm: ALGORITHM,
          call: 'sounds',
          sounds: [],
          token: 'good',
          options: {},
          headers: {},
          expect: {},
          ...one,
          name: `${name.replace('.yaml', '')}: ${one.name}`,
        }),
      );
    }),
  );
  return files.flat();
}
