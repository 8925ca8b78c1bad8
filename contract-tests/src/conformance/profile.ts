// Owns the conformance profile of an algorithm: what its public interface promises whoever serves it, as data, checked against a server
// that is not ours. Must not know our own additions: resources, reasons, request ids.
import { readFile } from 'node:fs/promises';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import type { CaseRequest } from '../case-file.ts';
import { wireRequest } from '../case-request.ts';
import { at, json } from '../expectation.ts';
import { isSame } from '../same-prediction.ts';
import { type Answer, send } from '../send.ts';

const FOLDER = new URL('../../conformance/', import.meta.url);

/** What must stand at the place of an instance. */
type Place = 'prediction' | 'error';

export interface Requirement {
  readonly name: string;
  /** `must`: clients break without it. `should`: they are worse off. */
  readonly level: 'must' | 'should';
  readonly why: string;
  readonly request: CaseRequest;
  readonly expect: {
    /** A status, or a class such as `4xx`. */
    readonly status: string;
    readonly predictions?: readonly Place[];
    /** Each instance alone gets the same prediction, and so does the whole call again. */
    readonly sameAlone?: boolean;
    /** No two predictions are the same. */
    readonly distinct?: boolean;
  };
}

export interface RequirementResult {
  readonly requirement: Requirement;
  /** Everything in which the server does not meet it; nothing when it does. */
  readonly problems: readonly string[];
  /** Why it was not asked for. */
  readonly leftOut?: string;
}

export interface Endpoint {
  /** Address of the call for predictions. */
  readonly predictUrl: string;
  readonly token: string | undefined;
}

/** Reads `conformance/NAME.yaml`. Throws an Error with what is wrong in it. */
export async function readProfile(algorithm: string): Promise<readonly Requirement[]> {
  const text = await readFile(new URL(`${algorithm}.yaml`, FOLDER), 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new Error(
      `Expected a conformance profile of ${algorithm}, there is none. Write contract-tests/conformance/${algorithm}.yaml.`,
    );
  }
  const content: unknown = parse(text, { uniqueKeys: true });
  const schema = JSON.parse(await readFile(new URL('profile.schema.json', FOLDER), 'utf8'));
  const ajv = new Ajv({ allErrors: true, strict: false });
  if (!ajv.validate(schema, content)) {
    throw new Error(`The profile ${algorithm}.yaml is not usable: ${ajv.errorsText(ajv.errors, { separator: '\n' })}`);
  }
  // The schema was met, and it says what the type says.
  return (content as { requirements: Requirement[] }).requirements;
}

/** Checks every requirement, one call after the other: somebody else's endpoint may be small. */
export async function checkProfile(
  algorithm: string,
  endpoint: Endpoint,
  isPrediction: ValidateFunction,
): Promise<RequirementResult[]> {
  const results: RequirementResult[] = [];
  for (const requirement of await readProfile(algorithm)) {
    if (requirement.request.token !== undefined && endpoint.token === undefined) {
      results.push({ requirement, problems: [], leftOut: 'the endpoint is called without a token' });
    } else results.push({ requirement, problems: await problemsOf(requirement, endpoint, isPrediction) });
  }
  return results;
}

async function problemsOf(
  { request, expect }: Requirement,
  endpoint: Endpoint,
  isPrediction: ValidateFunction,
): Promise<string[]> {
  try {
    const answer = await call(endpoint, request);
    const leaked = endpoint.token !== undefined && answer.body.includes(endpoint.token);
    const problems = [
      ...statusProblems(answer, expect.status),
      ...(leaked ? ['the answer holds the token'] : []),
      ...predictionProblems(answer, expect, isPrediction),
    ];
    if (!expect.sameAlone || problems.length > 0) return problems;
    return await aloneProblems(endpoint, request, answer);
  } catch (error) {
    return [`no answer came: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function call({ predictUrl, token }: Endpoint, request: CaseRequest): Promise<Answer> {
  const { origin, pathname, search } = new URL(predictUrl);
  const wire = wireRequest(token === undefined ? { ...request, token: 'none' } : request, {
    token: token ?? '',
    path: pathname + search,
  });
  return send(origin, wire);
}

function statusProblems(answer: Answer, wanted: string): string[] {
  const got = String(answer.status);
  const met = wanted.endsWith('xx') ? got[0] === wanted[0] : got === wanted;
  const problems = met ? [] : [`expected status ${wanted}, got ${got}`];
  if (typeof json(answer) !== 'object') problems.push('expected a body in JSON, got another');
  const mediaType = (answer.headers['content-type'] ?? '').split(';', 1)[0] ?? '';
  return mediaType === 'application/json' ? problems : [...problems, `expected application/json, got ${mediaType}`];
}

function predictionProblems(
  answer: Answer,
  { predictions: wanted, distinct }: Requirement['expect'],
  isPrediction: ValidateFunction,
): string[] {
  if (wanted === undefined) return [];
  const got = at(json(answer), 'predictions');
  if (!Array.isArray(got)) return ['expected a list of predictions, got none'];
  if (got.length !== wanted.length) return [`expected ${wanted.length} predictions, got ${got.length}`];
  const problems = wanted.flatMap((place, index) =>
    placeProblems(got[index], place, isPrediction).map((problem) => `predictions[${index}]: ${problem}`),
  );
  const twins = distinct === true && got.some((one, index) => got.slice(index + 1).some((other) => isSame(one, other)));
  return twins ? [...problems, 'different clips got the same prediction'] : problems;
}

function placeProblems(got: unknown, wanted: Place, isPrediction: ValidateFunction): string[] {
  const description = at(got, 'error', 'description');
  if (wanted === 'error') {
    return typeof description === 'string' && description !== ''
      ? []
      : ['expected an error with a description, got none'];
  }
  if (isPrediction(got)) return [];
  const said = typeof description === 'string' ? `the error "${description.slice(0, 200)}"` : 'something else';
  return [`expected a prediction as the schema has it, got ${said}`];
}

async function aloneProblems(endpoint: Endpoint, request: CaseRequest, together: Answer): Promise<string[]> {
  const all = at(json(together), 'predictions');
  const instances = at(request.json, 'instances');
  if (!Array.isArray(all) || !Array.isArray(instances)) return ['sameAlone needs instances and predictions'];
  const problems: string[] = [];
  for (const [index, instance] of instances.entries()) {
    const alone = await call(endpoint, { ...request, json: { instances: [instance] } });
    const got = at(json(alone), 'predictions', 0);
    // The words of an error may name the place of the instance.
    const same = at(all[index], 'error') === undefined ? isSame(got, all[index]) : at(got, 'error') !== undefined;
    if (!same) problems.push(`predictions[${index}] differs from that of the same instance alone`);
  }
  return problems;
}
