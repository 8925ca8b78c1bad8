// Owns the contract checks against a server that somebody else started: which can be made there, and why the others cannot. Must not
// know how a check works.
import { loadCaseFiles } from '../case-file.ts';
import { WRONG_TOKEN } from '../case-request.ts';
import { type Contract, readContract } from '../contract.ts';
import { type Place, runDredd } from '../dredd/run-dredd.ts';
import { createRecorder, type Recorder } from '../recorder.ts';
import { type NotExercised, notExercised, type SeenAnswer } from '../report/answer-log.ts';
import { makeTable, type Table } from '../report/table.ts';
import { runSchemathesis } from '../schemathesis/run-schemathesis.ts';
import { send } from '../send.ts';
import { checkAlive, runCase, type Target } from '../target.ts';
import type { Transaction } from '../transactions.ts';
import { verdict } from '../verdict.ts';
import { whyNotCase, whyNotTransaction } from './what-takes-more.ts';

export const CHECKS = ['documented', 'cases', 'fuzz'] as const;
export type CheckName = (typeof CHECKS)[number];

export interface UrlCheck {
  /** The server's address without a path. */
  readonly url: string;
  /** Undefined for a server that asks for none. */
  readonly token: string | undefined;
  readonly algorithm: string;
  /** The server has no other. */
  readonly alone: boolean;
  readonly checks: readonly CheckName[];
  /** How long Schemathesis goes on; a bounded number of the same calls in each run when undefined. */
  readonly fuzzSeconds: number | undefined;
}

export interface Finding {
  readonly check: CheckName;
  /** What was done. */
  readonly name: string;
  readonly problems: readonly string[];
}

export interface UrlResult {
  readonly table: Table;
  readonly findings: readonly Finding[];
  /** Check → how many calls or cases it made. */
  readonly made: ReadonlyMap<CheckName, number>;
  /** Reason → cases that were left out for it. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
}

/** The name of the server in tables. */
const TARGET = 'server';

/** Calls of Schemathesis for each operation, where no time is given. */
const FUZZ_EXAMPLES = 15;

/** Whether the server has this algorithm. Throws when no server answers there. */
export async function serves(url: string, algorithm: string): Promise<boolean> {
  const path = `/schemata/${algorithm}/instance.yaml`;
  try {
    return (await send(url, { method: 'GET', path, headers: {} })).status === 200;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Expected a server at ${url}, but no answer came (${why}). Check the address.`, { cause: error });
  }
}

/** Runs the checks one after the other; `note` is told what begins. */
export async function checkUrl(given: UrlCheck, note: (text: string) => void): Promise<UrlResult> {
  const contract = await readContract(given.algorithm);
  const run: Run = { given, contract, note, seen: [], listed: [], findings: [], made: new Map(), leftOut: new Map() };
  const checks = { documented: documentedCalls, cases: allCases, fuzz } satisfies Record<CheckName, unknown>;
  for (const name of CHECKS) if (given.checks.includes(name)) await checks[name](run);
  const { declared } = createRecorder(contract);
  const table = makeTable({
    algorithm: given.algorithm,
    targets: [TARGET],
    declared,
    seen: run.seen,
    notExercised: given.checks.includes('documented')
      ? run.listed
      : declared.map((name) => listed(given, name, 'the documented calls were left out of this run')),
  });
  return { table, findings: run.findings, made: run.made, leftOut: run.leftOut };
}

interface Run {
  readonly given: UrlCheck;
  readonly contract: Contract;
  readonly note: (text: string) => void;
  readonly seen: SeenAnswer[];
  readonly listed: NotExercised[];
  readonly findings: Finding[];
  readonly made: Map<CheckName, number>;
  readonly leftOut: Map<string, string[]>;
}

async function documentedCalls({ given, contract, note, seen, listed: left, findings, made }: Run): Promise<void> {
  note('the documented calls, by Dredd');
  const place = (transaction: Transaction): Place => {
    const reason = whyNotTransaction(transaction, given.token !== undefined);
    return reason === undefined ? { url: given.url, token: given.token } : { notExercised: reason };
  };
  const result = await runDredd({
    algorithm: given.algorithm,
    place,
    recorder: recorderOf(given, contract, seen, 'documented'),
  });
  made.set('documented', result.calls.size);
  for (const [name, reason] of result.notExercised) left.push(listed(given, name, reason));
  for (const [name, problems] of result.calls) {
    if (problems.length > 0) findings.push({ check: 'documented', name, problems });
  }
}

async function allCases({ given, contract, note, seen, findings, made, leftOut }: Run): Promise<void> {
  note('the cases');
  const files = await loadCaseFiles(given.algorithm);
  const target: Target = {
    url: given.url,
    token: given.token ?? '',
    path: `/v1/projects/demo/locations/us-central1/endpoints/${given.algorithm}:predict`,
    recorder: recorderOf(given, contract, seen, 'cases'),
    secrets: [WRONG_TOKEN, ...(given.token === undefined ? [] : [given.token])],
  };
  let count = 0;
  for (const file of files) {
    let asked = false;
    for (const one of file.cases) {
      const name = `${file.name}: ${one.name}`;
      const reason = whyNotCase(file, one, { hasToken: given.token !== undefined, alone: given.alone });
      if (reason !== undefined) {
        leftOut.set(reason, [...(leftOut.get(reason) ?? []), name]);
        continue;
      }
      const request = given.token === undefined ? { ...one.request, token: 'none' } : one.request;
      const problems = await runCase(target, { ...one, request, expect: verdict(one.expect) }).catch(noAnswer);
      count += 1;
      asked = true;
      if (problems.length > 0) findings.push({ check: 'cases', name, problems });
    }
    const alive = asked ? await checkAlive(target).catch(noAnswer) : [];
    if (alive.length > 0)
      findings.push({ check: 'cases', name: `${file.name}: the server goes on serving`, problems: alive });
  }
  made.set('cases', count);
}

async function fuzz({ given, contract, note, seen, findings, made }: Run): Promise<void> {
  note('made-up calls, by Schemathesis');
  const result = await runSchemathesis({
    algorithm: given.algorithm,
    url: given.url,
    token: given.token ?? '',
    recorder: recorderOf(given, contract, seen, 'fuzz'),
    examples: FUZZ_EXAMPLES,
    fuzzSeconds: given.fuzzSeconds,
    note,
  });
  made.set('fuzz', result.calls);
  if (result.findings !== undefined)
    findings.push({ check: 'fuzz', name: 'Schemathesis', problems: [result.findings] });
  if (result.problems.length > 0)
    findings.push({ check: 'fuzz', name: 'answers to made-up calls', problems: result.problems });
}

function recorderOf({ algorithm }: UrlCheck, contract: Contract, seen: SeenAnswer[], check: CheckName): Recorder {
  return createRecorder(contract, (operationId, status, passed) => {
    seen.push({ target: TARGET, check, algorithm, operationId, status, passed });
  });
}

function listed({ algorithm }: UrlCheck, name: string, reason: string): NotExercised {
  return notExercised({ target: TARGET, algorithm, name, reason });
}

function noAnswer(error: unknown): string[] {
  return [`no answer came: ${error instanceof Error ? error.message : String(error)}`];
}
