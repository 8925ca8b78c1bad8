// Owns measuring how fast clients send: the helper's call beside the plain generated one, all languages in turn in one run against the
// same server. Must not know a language.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { median } from '../../bench/src/statistics.ts';
import { type Driver, startDriver } from '../../contract-tests/src/clients/driver-process.ts';
import type {
  DriverCase,
  DriverOptions,
  DriverResult,
  DriverSound,
} from '../../contract-tests/src/clients/driver-protocol.ts';
import { makeSound } from '../../contract-tests/src/clients/sounds.ts';
import { type ServerProcess, startReadyServer } from '../../contract-tests/src/server-process.ts';
import { ALGORITHM } from '../../contract-tests/src/subject.ts';
import { readClientFacts } from './client-facts.ts';
import type { Language } from './language.ts';
import { driverOf } from './prove.ts';

const TOKEN = 'client-speed-token-0123456789';
export const KINDS = ['int16', 'float32'] as const;
export type Kind = (typeof KINDS)[number];

const OPTIONS: DriverOptions = { max_attempts: 1, initial_backoff_ms: 1, max_backoff_ms: 1, deadline_ms: 600_000 };
/** Eight lists of 32000 numbers in full are 5 MB, half of what the server takes. */
const WAYS = {
  helper: { call: 'sounds', options: { ...OPTIONS, max_parallel_calls: 4 } },
  'one at a time': { call: 'sounds', options: { ...OPTIONS, max_parallel_calls: 1 } },
  plain: { call: 'plain', options: { ...OPTIONS, max_parallel_calls: 1, max_instances: 8 } },
} as const;
type Way = keyof typeof WAYS;

export interface SpeedOptions {
  readonly clips: number;
  readonly passes: number;
}

/** Medians of the passes, in milliseconds a clip. */
export type Milliseconds = Readonly<Record<Way, number>>;

export interface Speed {
  readonly language: Language;
  readonly kind: Kind;
  readonly milliseconds: Milliseconds;
}

/** A driver with the language that it is of. */
interface Runner {
  readonly language: Language;
  readonly driver: Driver;
}

/** @throws Error when a driver fails, does not tell its time, or a helper's numbers are not those of the plain call */
export async function measureSpeed(
  languages: readonly Language[],
  { clips, passes }: SpeedOptions,
  report: (line: string) => void,
): Promise<readonly Speed[]> {
  const folder = await mkdtemp(join(tmpdir(), 'client-speed-'));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const server = stack.use(await startReadyServer({ env: { TOKEN, CORS_ORIGIN: '*' } }));
  const sounds = { int16: await soundsOf('int16', clips, folder), float32: await soundsOf('float32', clips, folder) };
  const runners = languages.map((language) => ({ language, driver: stack.use(startDriver(driverOf(language))) }));
  const times = new Map<string, number[]>();
  // The first pass warms programs and server up.
  for (let pass = 0; pass <= passes; pass++) {
    report(pass === 0 ? 'warming up' : `pass ${pass} of ${passes}`);
    for (const runner of runners) {
      for (const kind of KINDS) {
        for (const [way, elapsedMs] of await onePass(runner, server, sounds[kind])) {
          const key = keyOf(runner.language, kind, way);
          if (pass > 0) times.set(key, [...(times.get(key) ?? []), elapsedMs / clips]);
        }
      }
    }
  }
  return languages.flatMap((language) =>
    KINDS.map((kind) => {
      const of = (way: Way): number => median(times.get(keyOf(language, kind, way)) ?? []);
      const milliseconds = { helper: of('helper'), 'one at a time': of('one at a time'), plain: of('plain') };
      return { language, kind, milliseconds };
    }),
  );
}

/** How many times as fast as the plain call the helper's is. */
export function timesPlain({ milliseconds }: Speed, way: Way = 'helper'): number {
  return milliseconds.plain / milliseconds[way];
}

/** Those that are slower than their row in languages.json says. */
export function tooSlow(speeds: readonly Speed[]): readonly Speed[] {
  return speeds.filter((speed) => !(timesPlain(speed) >= (speed.language.speed?.timesPlain ?? 0)));
}

const keyOf = (language: Language, kind: Kind, way: Way): string => `${language.name} ${kind} ${way}`;

async function soundsOf(kind: Kind, clips: number, folder: string): Promise<DriverSound[]> {
  const { algorithms } = await readClientFacts();
  const facts = algorithms.find(({ name }) => name === ALGORITHM);
  if (facts === undefined) throw new Error(`The contract has no algorithm ${ALGORITHM}. Run npm run generate.`);
  const { sampleCount, fileField, samplesField, uriField, uriTokenField } = facts;
  const text = (field: string | null): string => field ?? '';
  const fields = {
    sampleCount,
    fileField: text(fileField),
    samplesField: text(samplesField),
    uriField: text(uriField),
    uriTokenField: text(uriTokenField),
  };
  const sounds: DriverSound[] = [];
  for (let noise = 0; noise < clips; noise++)
    sounds.push((await makeSound({ noise, as: kind }, fields, folder)).driver);
  return sounds;
}

async function onePass(
  { language, driver }: Runner,
  { url }: ServerProcess,
  sounds: readonly DriverSound[],
): Promise<readonly (readonly [Way, number])[]> {
  const times: [Way, number][] = [];
  let reference: Float32Array | undefined;
  // The plain call last: its garbage is collected in nobody's time.
  for (const way of ['helper', 'one at a time', 'plain'] as const) {
    const result = await driver.run(caseOf(way, url, sounds));
    const { values, elapsedMs } = timed(result, `${language.title}, ${way}`);
    reference ??= values;
    if (!isNear(values, reference)) throw new Error(`${language.title}: the calls do not give the same numbers.`);
    times.push([way, elapsedMs]);
  }
  return times;
}

function caseOf(way: Way, url: string, sounds: readonly DriverSound[]): DriverCase {
  const endpoint = { base_url: url, project: 'demo', location: 'us-central1', endpoint: ALGORITHM };
  return { case: way, algorithm: ALGORITHM, ...WAYS[way], endpoint, tokens: [TOKEN], headers: {}, sounds };
}

/** Numbers of all sounds, one after the other. */
function timed(result: DriverResult, what: string): { readonly values: Float32Array; readonly elapsedMs: number } {
  if (!result.ok) throw new Error(`${what}: ${result.error.kind}: ${result.error.message}`);
  if (result.elapsed_ms === undefined) throw new Error(`${what}: expected elapsed_ms in the result, got none.`);
  const bytes = Buffer.concat(
    result.predictions.map((prediction) => {
      if ('error' in prediction) throw new Error(`${what}: ${prediction.error.description}`);
      return Buffer.from(prediction.values, 'base64');
    }),
  );
  return { values: new Float32Array(Uint8Array.from(bytes).buffer), elapsedMs: result.elapsed_ms };
}

/** As in the cases: a batch may add in another order. */
function isNear(got: Float32Array, want: Float32Array): boolean {
  return (
    got.length > 0 &&
    got.length === want.length &&
    got.every((value, index) => Math.abs(value - (want[index] ?? Number.NaN)) <= 1e-4)
  );
}
