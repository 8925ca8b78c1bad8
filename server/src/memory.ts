// Owns the arithmetic of memory: what the workers of all algorithms hold together, how many of them fit, and how to say that they
// do not. Must not know engines, files or the machine.
import { ConfigError } from './config.ts';

/** What a model's files put into memory. */
export interface ModelMemory {
  readonly algorithm: string;
  /** Size of the model with its external data. */
  readonly bytes: number;
  /** The part of it that stands in external data, which can be mapped into memory once for all workers. */
  readonly dataBytes: number;
}

/** A model and the workers that compute with it. */
export interface Occupant {
  readonly model: ModelMemory;
  readonly workers: number;
}

export interface MemoryRules {
  /** Most bytes that the process may hold. */
  readonly limitBytes: number;
  /** Whether each worker has the weights for itself. */
  readonly weights: 'private' | 'shared';
}

/** The server without a worker: 0.2 GB resident, of which code is a part that the system can drop (Node 26, Linux x64). */
const SERVER_BYTES = 150_000_000;

/** A worker beside its weights: its thread, its session and the numbers of a small batch. */
const WORKER_BYTES = 15_000_000;

/** Bytes of one model with all its workers. */
export function occupiedBytes({ model, workers }: Occupant, weights: MemoryRules['weights']): number {
  const own = workers * WORKER_BYTES;
  if (weights === 'private') return own + workers * model.bytes;
  return own + model.dataBytes + workers * (model.bytes - model.dataBytes);
}

/**
 * The most workers for each algorithm, up to `most`, for which all of them fit and the largest fits a second time, as it must during a swap.
 * 1 when not even that many do: `demandRoom` then says whether they fit at all.
 */
export function workersThatFit(models: readonly ModelMemory[], most: number, rules: MemoryRules): number {
  for (let workers = most; workers > 1; workers -= 1) {
    const occupants = models.map((model) => ({ model, workers }));
    if (hasRoomForSwap(occupants, rules)) return workers;
  }
  return 1;
}

/** Whether each of the models could be swapped for one of its size. */
export function hasRoomForSwap(occupants: readonly Occupant[], rules: MemoryRules): boolean {
  const largest = Math.max(0, ...occupants.map((occupant) => occupiedBytes(occupant, rules.weights)));
  return totalBytes(occupants, rules) + largest <= rules.limitBytes;
}

/**
 * @param beside what is in memory already and stays until the others serve.
 * @throws ConfigError with the sum and with what would fit.
 */
export function demandRoom(occupants: readonly Occupant[], rules: MemoryRules, beside: readonly Occupant[] = []): void {
  const { limitBytes, weights } = rules;
  const needed = totalBytes([...beside, ...occupants], rules);
  if (needed <= limitBytes) return;
  const sum = [
    ...occupants.map((occupant) => term(occupant, weights)),
    ...beside.map((occupant) => `${term(occupant, weights)} that serve until then`),
    `${gigabytes(SERVER_BYTES)} for the server`,
  ].join(' + ');
  throw new ConfigError([
    `the models need ${gigabytes(needed)} of memory (${sum}), but there are ${gigabytes(limitBytes)}; ${repair(occupants, rules, beside)}`,
  ]);
}

function totalBytes(occupants: readonly Occupant[], { weights }: MemoryRules): number {
  return occupants.reduce((sum, occupant) => sum + occupiedBytes(occupant, weights), SERVER_BYTES);
}

function term({ model, workers }: Occupant, weights: MemoryRules['weights']): string {
  const count = `${workers} ${workers === 1 ? 'worker' : 'workers'}`;
  if (weights === 'private' || model.dataBytes === 0)
    return `${model.algorithm}: ${count} × ${gigabytes(model.bytes + WORKER_BYTES)}`;
  return `${model.algorithm}: ${gigabytes(model.dataBytes)} shared, ${count} × ${gigabytes(model.bytes - model.dataBytes + WORKER_BYTES)}`;
}

/** Only what helps. */
function repair(occupants: readonly Occupant[], rules: MemoryRules, beside: readonly Occupant[]): string {
  const most = Math.max(...occupants.map(({ workers }) => workers));
  const fits = (workers: number, weights: MemoryRules['weights']) =>
    totalBytes([...beside, ...occupants.map(({ model }) => ({ model, workers }))], { ...rules, weights }) <=
    rules.limitBytes;
  const fewer = Array.from({ length: most - 1 }, (_, index) => most - 1 - index).find((workers) =>
    fits(workers, rules.weights),
  );
  const ways = [
    ...(fewer === undefined ? [] : [`lower --workers to ${fewer}`]),
    ...(rules.weights === 'private' && fits(most, 'shared') ? ['use --weights shared'] : []),
    ...(beside.length > 0 ? ['restart the server with the new model'] : ['give it more memory']),
  ];
  return `${[...ways.slice(0, -1), 'serve smaller models (npm run model -- import --variant int8)'].join(', ')} or ${ways.at(-1)}`;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(2)} GB`;
}
