// Owns that no answer goes unjudged: whatever a suite asks of a server that it started is held to the contract. Must not know what
// the suite is about.
import { type Contract, readContract } from './contract.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { answerLog, type NoteAnswer } from './report/answer-log.ts';
import { type Answer, type WireRequest, watchAnswers } from './send.ts';

interface WatchedServer {
  readonly algorithms: readonly string[];
  readonly noteOf: (algorithm: string) => NoteAnswer;
}

/** By address. */
const watched = new Map<string, WatchedServer>();

/** By algorithm; they are large. */
const contracts = new Map<string, Promise<Contract>>();

/**
 * From now on an answer from there that breaks the contract fails the call that asked for it.
 *
 * @param noteOf gives what is told of each answer about an algorithm; by default the report's list
 */
export function watch(
  url: string,
  algorithms: readonly string[],
  noteOf = (algorithm: string) => answerLog({ target: 'server', check: 'suites', algorithm }),
): void {
  watched.set(new URL(url).origin, { algorithms, noteOf });
  watchAnswers(judge);
}

async function judge(url: string, { method, path }: WireRequest, answer: Answer): Promise<void> {
  const server = watched.get(new URL(url).origin);
  if (server === undefined) return;
  const recorder = await recorderOf(server, path);
  // Documentation, metrics and routes that an operator chose have no contract.
  const problems = recorder.has(path) ? recorder.record({ method, path, answer }) : [];
  if (problems.length > 0) throw new Error(`The answer breaks the contract:\n${problems.join('\n')}`);
}

/** Of the algorithm that the path names, or of the server's first. */
async function recorderOf({ algorithms, noteOf }: WatchedServer, path: string): Promise<Recorder> {
  const segments = path.split(/[/:?]|%3A/i);
  const algorithm = algorithms.find((name) => segments.includes(name)) ?? algorithms[0] ?? '';
  const contract = contracts.get(algorithm) ?? readContract(algorithm);
  contracts.set(algorithm, contract);
  return createRecorder(await contract, noteOf(algorithm));
}
