// Owns a check by Dredd: plans the documented calls, runs Dredd in a process of its own, hands each answer to the recorder. Must not
// know how a server gets into the state that a call needs: `place` says where it is found.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wireRequest } from '../case-request.ts';
import { at } from '../expectation.ts';
import type { Recorder } from '../recorder.ts';
import { repositoryRoot } from '../repository-root.ts';
import { forget, remember } from '../running-processes.ts';
import type { Answer } from '../send.ts';
import { nameOf, readTransactions, requestOf, type Transaction } from '../transactions.ts';
import type { DreddOutcome, DreddPlan, DreddVerdict, PlannedCall } from './plan.ts';
import { dereferenced, dreddView } from './view.ts';

/** Where a call is made, or why it is not. */
export type Place =
  | { readonly url: string; readonly token: string | undefined; readonly headers?: Readonly<Record<string, string>> }
  | { readonly notExercised: string };

export interface DreddCheck {
  readonly algorithm: string;
  readonly place: (transaction: Transaction) => Place | Promise<Place>;
  readonly recorder: Recorder;
}

export interface DreddResult {
  /** Name of the call → everything that is wrong with its answer; none for a good one. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
  /** Name of the call → why it was not made. */
  readonly notExercised: ReadonlyMap<string, string>;
  /** `operationId status` that the contract declares and no documented call is of. */
  readonly undocumented: readonly string[];
}

/** Far above what a busy machine takes for some hundred calls. */
const LIMIT_MS = 240_000;

/** Runs every documented call of an algorithm. Throws when Dredd itself fails. */
export async function runDredd({ algorithm, place, recorder }: DreddCheck): Promise<DreddResult> {
  const file = join(repositoryRoot, 'generated', 'openapi', `${algorithm}.json`);
  const document = JSON.parse(await readFile(file, 'utf8')) as Readonly<Record<string, unknown>>; // an OpenAPI document is an object
  const notExercised = new Map<string, string>();
  const planned: PlannedCall[] = [];
  const transactions = await readTransactions(algorithm);
  for (const transaction of transactions) {
    const where = await place(transaction);
    if ('notExercised' in where) notExercised.set(nameOf(transaction), where.notExercised);
    else planned.push(plannedCall(transaction, where, document));
  }
  const outcome = await dreddProcess({ view: dreddView(document), calls: planned });
  if (outcome.unknown.length > 0) throw new Error(`Dredd found no transaction for: ${outcome.unknown.join(', ')}`);
  const documented = new Set(transactions.map(({ operationId, status }) => `${operationId} ${status}`));
  const byName = new Map(planned.map((call) => [call.name, call]));
  const verdicts = new Map(outcome.verdicts.map((verdict) => [verdict.name, verdict]));
  return {
    calls: new Map([...byName].map(([name, call]) => [name, problemsOf(call, verdicts.get(name), recorder)])),
    notExercised,
    undocumented: outcome.unplanned.filter((key) => !documented.has(key)),
  };
}

function plannedCall(
  transaction: Transaction,
  where: { url: string; token: string | undefined; headers?: Readonly<Record<string, string>> },
  document: Readonly<Record<string, unknown>>,
): PlannedCall {
  const request = requestOf(transaction);
  const wire = wireRequest(where.token === undefined ? { ...request, token: 'none' } : request, {
    token: where.token ?? '',
    path: transaction.path,
  });
  return {
    name: nameOf(transaction),
    operationId: transaction.operationId,
    status: transaction.status,
    url: where.url,
    method: wire.method,
    path: wire.path,
    headers: { ...wire.headers, ...where.headers },
    bodyBase64: wire.body === undefined ? undefined : Buffer.from(wire.body).toString('base64'),
    bodySchema: bodySchemaOf(transaction, document),
  };
}

/** The declared schema of the answer, where that is JSON alone. */
function bodySchemaOf({ operationId, status }: Transaction, document: Readonly<Record<string, unknown>>) {
  const operation = Object.values(Object(document['paths']))
    .flatMap((item) => Object.values(Object(item)))
    .find((candidate) => at(candidate, 'operationId') === operationId);
  const declared = at(operation, 'responses', String(status));
  const reference = at(declared, '$ref');
  const response = typeof reference === 'string' ? at(document, ...reference.split('/').slice(1)) : declared;
  const content = Object(at(response, 'content'));
  if (Object.keys(content).join() !== 'application/json') return undefined;
  return dereferenced(at(content, 'application/json', 'schema'), document);
}

function problemsOf(call: PlannedCall, verdict: DreddVerdict | undefined, recorder: Recorder): string[] {
  if (verdict === undefined) return ['Dredd did not make this call'];
  const own = verdict.valid ? [] : verdict.message.split('\n').map((line) => `Dredd: ${line}`);
  if (verdict.answer === undefined) return own;
  const { status, headers, bodyBase64 } = verdict.answer;
  const answer: Answer = { status, headers, body: Buffer.from(bodyBase64, 'base64') };
  return [...own, ...recorder.record({ method: call.method, path: call.path, answer })];
}

async function dreddProcess(plan: DreddPlan): Promise<DreddOutcome> {
  const child = fork(new URL('main.ts', import.meta.url).pathname, {
    cwd: repositoryRoot,
    // Dredd would send its calls to a proxy of the environment.
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1' },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  if (child.pid !== undefined) remember(child.pid);
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let outcome: DreddOutcome | undefined;
  child.on('message', (message) => {
    // hooks.cts sends this one message.
    outcome = message as DreddOutcome;
  });
  const ended = once(child, 'close');
  child.send(plan);
  const [code] = await ended;
  clearTimeout(timer);
  if (child.pid !== undefined) forget(child.pid);
  // Calls that fail are no failure of Dredd: the outcome has them.
  if (outcome === undefined) throw new Error(`Dredd ended with ${code} and gave no outcome:\n${output.slice(-4000)}`);
  return outcome;
}
