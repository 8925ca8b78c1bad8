// Owns the judgement of every answer by the contract, and the table of what was seen: operations, statuses, reasons. One
// recorder serves a whole run. Must not know what a case expects.
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Contract, DeclaredAnswer, Operation } from './contract.ts';
import { at, errorOf, json } from './expectation.ts';
import type { NoteAnswer } from './report/answer-log.ts';
import type { Answer } from './send.ts';

export interface Exchange {
  readonly method: string;
  /** As sent. */
  readonly path: string;
  /** The contract's path when the operator moved the operation elsewhere. */
  readonly contractPath?: string | undefined;
  readonly answer: Answer;
}

export interface Seen {
  /** `operationId status` → how often. */
  readonly answers: ReadonlyMap<string, number>;
  readonly requestReasons: ReadonlySet<string>;
  readonly instanceReasons: ReadonlySet<string>;
}

export interface Recorder {
  /** Notes one exchange and gives everything in which it breaks the contract; nothing when it does not. */
  record(exchange: Exchange): string[];
  readonly seen: Seen;
  /** Whether the contract has the path. */
  has(path: string): boolean;
  /** Every `operationId status` that the contract declares. */
  readonly declared: readonly string[];
}

/** @param note is told of each answer of an operation, and whether it keeps the contract */
export function createRecorder(contract: Contract, note?: NoteAnswer): Recorder {
  const answers = new Map<string, number>();
  const requestReasons = new Set<string>();
  const instanceReasons = new Set<string>();
  return {
    has: (path) => operationsAt(contract, path) !== undefined,
    seen: { answers, requestReasons, instanceReasons },
    declared: contract.paths.flatMap(({ operations }) =>
      [...operations.values()].flatMap(({ id, answers: declared }) =>
        [...declared.keys()].map((status) => `${id} ${status}`),
      ),
    ),
    record({ method, path, contractPath, answer }) {
      const body = json(answer);
      const { reason } = errorOf(body);
      if (typeof reason === 'string') requestReasons.add(reason);
      for (const failed of instanceReasonsOf(body)) instanceReasons.add(failed);

      const found = operationsAt(contract, contractPath ?? path);
      if (found === undefined) return judgeUnknown(contract, path, answer);
      const operation = found.get(method === 'HEAD' ? 'GET' : method);
      // Its 405 is declared beside the methods that the path has.
      const judged = operation ?? [...found.values()][0];
      if (judged === undefined) return [`${path} has no operation in the contract`];
      const key = `${judged.id} ${answer.status}`;
      answers.set(key, (answers.get(key) ?? 0) + 1);
      const problems = [
        ...(operation === undefined ? judgeMethod(answer, found) : []),
        ...judge(judged, answer, body, method === 'HEAD'),
      ];
      note?.(judged.id, answer.status, problems.length === 0);
      return problems.map((problem) => `${judged.id} ${answer.status}: ${problem}`);
    },
  };
}

function operationsAt({ paths }: Contract, path: string): ReadonlyMap<string, Operation> | undefined {
  const plain = path.replace(/[?#].*$/, '');
  return paths.find(({ pattern }) => pattern.test(decode(plain)))?.operations;
}

/** An encoded slash stays encoded: it is part of its segment (RFC 3986, section 2.2). */
function decode(path: string): string {
  try {
    return decodeURIComponent(path.replace(/%2f/gi, '%252F'));
  } catch {
    return path;
  }
}

const NOT_FOUND = ['ROUTE_NOT_FOUND', 'ENDPOINT_NOT_FOUND', 'MODEL_NOT_FOUND'];

/** Below these paths clients read the errors of an inference protocol, whatever they asked for. */
const INFERENCE_PATH = /^\/(v2|v1\/models)([/:?#]|$)/;

/** What the contract does not have is not found. */
function judgeUnknown({ checkError, checkInferenceError }: Contract, path: string, answer: Answer): string[] {
  const body = json(answer);
  const problems = errorsOf(INFERENCE_PATH.test(path) ? checkInferenceError : checkError, body, 'body');
  if (answer.status !== 404) problems.push(`expected 404 where the contract has no operation, got ${answer.status}`);
  const reason = String(errorOf(body).reason);
  if (!NOT_FOUND.includes(reason)) problems.push(`expected one of the reasons ${NOT_FOUND.join(', ')}, got ${reason}`);
  return [...problems, ...judgeError(answer, body)];
}

/** RFC 9110, section 15.5.6: Allow lists what the path has. */
function judgeMethod(answer: Answer, found: ReadonlyMap<string, Operation>): string[] {
  const allowed = [...found.keys()].flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const got = (answer.headers['allow'] ?? '').split(/, */).sort();
  const problems = answer.status === 405 ? [] : [`expected 405 for another method, got ${answer.status}`];
  return got.join() === allowed.sort().join() ? problems : [...problems, `expected Allow: ${allowed.join(', ')}`];
}

function judge(operation: Operation, answer: Answer, body: unknown, isHead: boolean): string[] {
  const declared = operation.answers.get(answer.status);
  if (declared === undefined) return ['this status is not declared'];
  const problems = judgeHeaders(declared, answer);
  if (isHead) return answer.body.length === 0 ? problems : [...problems, 'an answer to HEAD has a body'];
  const mediaType = (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim() ?? '';
  const check = declared.content.get(mediaType);
  if (check === undefined) return [...problems, `the media type ${JSON.stringify(mediaType)} is not declared`];
  problems.push(...errorsOf(check, body, 'body'));
  return answer.status < 400 ? problems : [...problems, ...judgeError(answer, body)];
}

function judgeHeaders({ headers }: DeclaredAnswer, answer: Answer): string[] {
  return headers.flatMap(({ name, required, check, isNumber }) => {
    const value = answer.headers[name.toLowerCase()];
    if (value === undefined) return required ? [`the header ${name} is missing`] : [];
    return errorsOf(check, isNumber ? Number(value) : value, `header ${name}`);
  });
}

/** What a schema cannot say: the same facts stand in two places. */
function judgeError({ status, headers }: Answer, body: unknown): string[] {
  // The inference protocols' text repeats nothing.
  if (typeof at(body, 'error') === 'string') return [];
  const problems: string[] = [];
  if (at(body, 'error', 'code') !== status) problems.push('error.code differs from the HTTP status');
  if (at(body, 'error', 'details', 0, 'metadata', 'requestId') !== headers['x-request-id']) {
    problems.push('metadata.requestId differs from X-Request-Id');
  }
  return problems;
}

function instanceReasonsOf(body: unknown): string[] {
  const predictions = at(body, 'predictions');
  if (!Array.isArray(predictions)) return [];
  return predictions
    .map((prediction) => at(prediction, 'error', 'reason'))
    .filter((reason) => typeof reason === 'string');
}

function errorsOf(check: ValidateFunction, value: unknown, where: string): string[] {
  if (check(value)) return [];
  return (check.errors ?? []).map(
    ({ instancePath, message, params }: ErrorObject) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
