// Owns a soak from start to end: the server, its callers, what goes wrong around them, and the verdict. The kinds of calls are
// calls.ts's, the account of them is ledger.ts's.
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../statistics.ts';
import {
  arrayCall,
  bytesCall,
  goneCall,
  kserveCall,
  longCall,
  mixedCall,
  type PreparedCall,
  poisonCall,
  refusedCall,
  slowCall,
  storageCall,
  tensorCall,
} from './calls.ts';
import { closeConnections, exchange } from './exchange.ts';
import { Ledger } from './ledger.ts';
import { ServedModels, scaleOf } from './served-models.ts';
import { type LogLine, type SoakServer, startSoakServer } from './soak-server.ts';
import { startStorage } from './stored-clips.ts';

export interface SoakOptions {
  /** At least 30 s. */
  readonly durationMs: number;
  readonly callers: number;
  /** Longest pause of a caller between two calls; 0 keeps the server as busy as it can be. */
  readonly maxPauseMs: number;
  /** How much larger the median memory of the last third may be than that of the first. */
  readonly maxGrowth: number;
  readonly onProgress?: (words: string) => void;
}

export interface SoakResult {
  readonly calls: number;
  /** `kind: outcome` → how often. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly swaps: number;
  readonly workersLost: number;
  /** Medians of the first and of the last third, in MiB. */
  readonly memoryMiB: readonly [number, number];
  /** Empty when all is well. */
  readonly problems: readonly string[];
}

/** Weights add up to 100. */
const KINDS: readonly { readonly kind: string; readonly weight: number; readonly make: () => PreparedCall }[] = [
  { kind: 'input_bytes', weight: 26, make: bytesCall },
  { kind: 'input_array', weight: 12, make: arrayCall },
  { kind: 'gcs_uri', weight: 12, make: storageCall },
  { kind: 'good and bad instances', weight: 10, make: mixedCall },
  { kind: 'KServe V1', weight: 8, make: kserveCall },
  { kind: 'Open Inference', weight: 8, make: tensorCall },
  { kind: 'refused', weight: 12, make: refusedCall },
  { kind: 'gone', weight: 8, make: goneCall },
  { kind: 'slow', weight: 4, make: slowCall },
];

const INFER_TIMEOUT_MS = 3_000;
/** How long a poisonous clip keeps a thread: past the limit for a worker, and short enough to be over before the next one. */
const POISON_MS = 2.5 * INFER_TIMEOUT_MS;
const SWAP_EVERY_MS = 3_000;
/** One hanging clip after so many swaps. They take turns, because a lost worker cannot be replaced once its file was. */
const SWAPS_BETWEEN_POISONS = 6;
/** Longest time until a signal's reload is over. */
const SWAP_LIMIT_MS = 30_000;
/** Threads that a poison left behind must have come to their end before the server may end by itself. */
const QUIET_END_MS = 20_000;
const MEMORY_EVERY_MS = 500;
/** A server that always refuses would lose nothing. */
const LEAST_SHARE_SERVED = 0.9;

/** Runs one soak. Rejects only when it cannot be run at all; what the server does wrong is in `problems`. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  const storage = await startStorage();
  try {
    const models = new ServedModels(folder);
    await models.putNext();
    const run = new Run(options, models);
    const args = ['--model', models.path, '--workers', '2', '--infer-timeout-ms', String(INFER_TIMEOUT_MS)];
    const env = { TOKEN: run.token, ALGORITHMS: 'hear', STORAGE_EMULATOR_HOST: storage.origin };
    await using server = await startSoakServer(args, env, run.onLine, run.onNoise);
    return await run.through(server);
  } finally {
    closeConnections();
    await storage.close();
    await rm(folder, { recursive: true, force: true });
  }
}

class Run {
  readonly token: string = randomBytes(24).toString('base64url');
  readonly #options: SoakOptions;
  readonly #models: ServedModels;
  readonly #ledger = new Ledger();
  #served = 0;
  #refusedForNow = 0;
  #swaps = 0;
  #workersLost = 0;
  #swapped = Promise.withResolvers<void>();
  /** When callers stop, on the clock of performance.now(). */
  #end = Number.POSITIVE_INFINITY;

  constructor(options: SoakOptions, models: ServedModels) {
    this.#options = options;
    this.#models = models;
  }

  async through(server: SoakServer): Promise<SoakResult> {
    const { durationMs, callers, maxGrowth, onProgress = () => {} } = this.#options;
    const ledger = this.#ledger;
    const rounds = await this.#roundsOf(server, POISON_MS);
    this.#end = performance.now() + durationMs;
    let draining = false;
    void server.exited.then(({ code, signal }) => {
      if (!draining) ledger.problem(`the server ended in the middle with ${signal ?? code}`);
      // Nothing more can be learnt from it.
      this.#end = 0;
    });
    const memory: number[] = [];
    await Promise.all([
      ...Array.from({ length: callers }, () => this.#caller(server)),
      this.#faults(server, rounds),
      this.#every(MEMORY_EVERY_MS, () => memory.push(server.residentMiB())),
      this.#every(60_000, () =>
        onProgress(
          `${ledger.sent} calls, ${ledger.problems.count} problems, ${Math.round(memory.at(-1) ?? Number.NaN)} MiB`,
        ),
      ),
    ]);
    draining = true;
    await this.#drain(server);
    ledger.close();

    const third = Math.floor(memory.length / 3);
    const memoryMiB = [median(memory.slice(0, third)), median(memory.slice(-third))] as const;
    if (!(memoryMiB[1] <= maxGrowth * memoryMiB[0])) {
      ledger.problem(`memory grew from ${memoryMiB[0].toFixed(0)} to ${memoryMiB[1].toFixed(0)} MiB`);
    }
    if (this.#swaps === 0) ledger.problem('no model was swapped');
    if (this.#workersLost === 0) ledger.problem('no worker was lost, although some clips hang');
    if (this.#served < LEAST_SHARE_SERVED * (this.#served + this.#refusedForNow)) {
      ledger.problem(
        `${this.#refusedForNow} of ${this.#served + this.#refusedForNow} calls were refused for the moment`,
      );
    }
    const { count, first } = ledger.problems;
    return {
      calls: ledger.sent,
      outcomes: ledger.outcomes,
      swaps: this.#swaps,
      workersLost: this.#workersLost,
      memoryMiB,
      problems: count > first.length ? [...first, `… and ${count - first.length} more`] : first,
    };
  }

  /** Every line of the server's log. */
  readonly onLine = (line: LogLine): void => {
    const { msg, level, requestId, status, reason } = line;
    if (msg === 'call') {
      if (typeof requestId === 'string' && requestId.startsWith('soak-'))
        this.#ledger.logged(requestId, Number(status));
      return;
    }
    if (msg === 'model swapped') this.#swapped.resolve();
    else if (String(msg).startsWith('a worker was lost')) this.#workersLost += 1;
    // What the soak itself brings about: hanging clips, and files that storage cannot give out.
    else if (
      Number(level) >= 50 &&
      !(msg === 'an instance failed' && (reason === 'INFERENCE_FAILED' || reason === 'STORAGE_UNAVAILABLE'))
    ) {
      this.#ledger.problem(`the server logged ${JSON.stringify(line).slice(0, 500)}`);
    }
  };

  /** What is written there but is no log line: warnings of the runtime, or its last words. */
  readonly onNoise = (text: string): void => {
    // onnxruntime's own warnings, about the marker models.
    if (text.trim() !== '' && !text.includes('[W:onnxruntime:'))
      this.#ledger.problem(`the server wrote ${text.slice(0, 300)}`);
  };

  async #caller(server: SoakServer): Promise<void> {
    while (performance.now() < this.#end) {
      const { kind, make } = draw();
      await this.#call(server, kind, make());
      await sleep(Math.random() * this.#options.maxPauseMs);
    }
  }

  async #call(server: SoakServer, kind: string, { wire, judge }: PreparedCall): Promise<void> {
    const ledger = this.#ledger;
    const id = ledger.send(kind);
    const before = this.#models.latest;
    const headers = { authorization: `Bearer ${this.token}`, 'x-request-id': id, ...wire.headers };
    try {
      const reply = await exchange(server.url, { ...wire, headers });
      if (reply === undefined) return ledger.abandoned(id);
      if (reply.headers['x-request-id'] !== id) ledger.problem(`call ${id} (${kind}) got the answer of another call`);
      if (isForNow(reply)) {
        this.#refusedForNow += 1;
        return ledger.answered(id, reply.status, `refused for the moment (${reply.status})`);
      }
      // The model before may still compute what came before its swap was over.
      const scales = new Set<number>();
      for (let version = Math.max(1, before - 1); version <= this.#models.latest; version += 1)
        scales.add(scaleOf(version));
      const wrong = judge(reply, scales);
      if (wrong !== undefined) ledger.problem(`call ${id} (${kind}): ${wrong}`);
      this.#served += 1;
      ledger.answered(id, reply.status, wrong === undefined ? 'right' : 'wrong');
    } catch (error) {
      ledger.problem(`call ${id} (${kind}) broke: ${error instanceof Error ? error.message : String(error)}`);
      ledger.abandoned(id);
    }
  }

  /** Hanging clips and swaps of the model, one after the other, until the threads that hang need quiet to come to their end. */
  async #faults(server: SoakServer, rounds: number): Promise<void> {
    for (let turn = 1; ; turn += 1) {
      await sleep(SWAP_EVERY_MS);
      if (performance.now() > this.#end - QUIET_END_MS) return;
      if (turn % (SWAPS_BETWEEN_POISONS + 1) === 1) await this.#call(server, 'hanging clip', poisonCall(rounds));
      else await this.#swap(server);
    }
  }

  /** By signal and by the admin listener in turn. The next one waits until it is over, so that at most two models can answer. */
  async #swap(server: SoakServer): Promise<void> {
    this.#swapped = Promise.withResolvers();
    await this.#models.putNext();
    this.#swaps += 1;
    if (this.#swaps % 2 === 0) server.signal('SIGHUP');
    else await fetch(`${server.adminUrl}/reload`, { method: 'POST' }).catch(() => {});
    const late = sleep(SWAP_LIMIT_MS, 'late', { ref: false });
    if ((await Promise.race([this.#swapped.promise, server.exited, late])) === 'late') {
      this.#ledger.problem(`the model was not swapped within ${SWAP_LIMIT_MS} ms`);
    }
  }

  async #every(intervalMs: number, act: () => unknown): Promise<void> {
    for (;;) {
      await sleep(intervalMs);
      if (performance.now() >= this.#end) return;
      act();
    }
  }

  /** How many rounds of the marker model take so long on this machine. */
  async #roundsOf(server: SoakServer, ms: number): Promise<number> {
    const headers = { authorization: `Bearer ${this.token}` };
    for (let rounds = 100_000; ; rounds *= 4) {
      const wire = longCall(rounds);
      const began = performance.now();
      const reply = await exchange(server.url, { ...wire, headers: { ...wire.headers, ...headers } });
      const took = performance.now() - began;
      if (reply?.status !== 200)
        throw new Error(`The soak cannot find how long a clip takes: status ${reply?.status}.`);
      if (took > 300) return Math.round((rounds * ms) / took);
    }
  }

  /** Calls that are under way when the server is told to end are answered; then it ends by itself. */
  async #drain(server: SoakServer): Promise<void> {
    const calls = Array.from({ length: 6 }, () => this.#call(server, 'under way at the end', slowCall()));
    await sleep(400);
    server.signal('SIGTERM');
    await Promise.all(calls);
    const { code, signal } = await server.exited;
    if (code !== 0) this.#ledger.problem(`the server ended with ${signal ?? code} instead of 0`);
  }
}

/** 429 and 503 with a time after which to come again: nothing was accepted. */
function isForNow({ status, headers }: { status: number; headers: NodeJS.Dict<string | string[]> }): boolean {
  return (status === 429 || status === 503) && headers['retry-after'] !== undefined;
}

function draw(): (typeof KINDS)[number] {
  let at = Math.random() * KINDS.reduce((sum, { weight }) => sum + weight, 0);
  for (const kind of KINDS) {
    at -= kind.weight;
    if (at < 0) return kind;
  }
  throw new Error('The weights do not add up. This is a bug.');
}
