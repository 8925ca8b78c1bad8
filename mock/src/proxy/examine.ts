// Owns what is wrong with one exchange between a client and a server: Prism's findings, each instance's, and what only the two
// together show. Must not know how the exchange came about.
import { gunzipSync } from 'node:zlib';
import type { AlgorithmContract } from '../contract.ts';
import { algorithmOf } from '../engine/address.ts';
import type { Prism, Violation } from '../engine/prism.ts';
import { CallFailure } from '../failure.ts';
import { filesAsJson, isFiles } from '../http/files.ts';
import type { WireCall } from '../http/wire-call.ts';
import { at, isObject } from '../json.ts';
import { judgeInstance } from '../judge/judge-instance.ts';
import { scanStructure } from '../judge/scan-structure.ts';
import type { MockSettings } from '../settings.ts';
import type { Copy, Exchange } from './forward.ts';

export interface Finding {
  readonly side: 'request' | 'response';
  /** For example `body $.predictions[0].embedding`, or `header X-Request-Id`. */
  readonly place: string;
  readonly message: string;
}

export interface Examination {
  /** The contract's id of the operation; undefined when no operation has the address. */
  readonly operation: string | undefined;
  readonly findings: readonly Finding[];
}

export type Examine = (call: WireCall, exchange: Exchange) => Promise<Examination | 'unchecked'>;

export interface ExaminedContract {
  readonly contract: AlgorithmContract;
  readonly prism: Prism;
}

/** `unchecked` for what cannot be judged: a body that is too long to copy, or an answer to HEAD, which has none. */
export function createExamine(served: readonly ExaminedContract[], settings: MockSettings): Examine {
  const contracts = served.map(({ contract }) => contract);
  return async (call, { request, response }) => {
    const algorithm = algorithmOf(call.path, contracts, settings);
    const { contract, prism } = served.find((one) => one.contract === algorithm) ?? served[0] ?? unreachable();
    if (request.body === undefined || response.body === undefined) return 'unchecked';
    const [sent, headers] = await readRequest(request, call, contract);
    const got = readBody(response);
    const checked = await prism.check(
      {
        // Prism compares the method with those of the contract and finds none for any other.
        method: call.method.toLowerCase() as 'get',
        url: { path: call.path, query: call.query },
        headers,
        ...(sent.value !== undefined && { body: withoutContents(sent.value) }),
      },
      { statusCode: response.status, headers: flat(response), body: got.value },
    );
    if (checked === undefined) {
      const message = `no operation of the contract is ${call.method} ${call.path.slice(0, 200)}`;
      return { operation: undefined, findings: [{ side: 'request', place: 'address', message }] };
    }
    const ofSide = (side: Finding['side'], violations: readonly Violation[]): Finding[] =>
      violations.toSorted((a, b) => b.path.length - a.path.length).map((violation) => findingOf(side, violation));
    return {
      operation: checked.operation.iid ?? checked.operation.id,
      findings: [
        ...ofSide('request', checked.request),
        ...sent.problems.map((message): Finding => ({ side: 'request', place: 'body', message })),
        ...instanceFindings(sent.value, contract),
        ...ofSide('response', checked.response),
        ...got.problems.map((message): Finding => ({ side: 'response', place: 'body', message })),
        ...countFindings(sent.value, got.value, response.status),
      ],
    };
  };
}

function unreachable(): never {
  throw new Error('The contract has no algorithm. Run npm run generate.');
}

interface ReadBody {
  /** JSON, or the text as it stands; undefined when there is none. */
  readonly value: unknown;
  readonly problems: readonly string[];
}

/** The request's body and headers; files count as the JSON that means the same, since Prism reads one part of each name. */
async function readRequest(
  request: Copy,
  { path }: WireCall,
  { shape }: AlgorithmContract,
): Promise<[ReadBody, Record<string, string>]> {
  const headers = flat(request);
  const contentType = headers['content-type'];
  const body = unpacked(request);
  if (!path.endsWith(':rawPredict') || !isFiles(contentType) || body === undefined) return [readBody(request), headers];
  const json = await filesAsJson(body, contentType, shape);
  if (json instanceof CallFailure) return [{ value: undefined, problems: [json.message] }, headers];
  const value: unknown = JSON.parse(Buffer.from(json).toString());
  return [
    { value, problems: [] },
    { ...headers, 'content-type': 'application/json' },
  ];
}

/** Deeper than any answer of the contract. */
const MAX_DEPTH = 1000;

function readBody({ headers, body = Buffer.alloc(0) }: Copy): ReadBody {
  if (body.byteLength === 0) return { value: undefined, problems: [] };
  const bytes = unpacked({ headers, body });
  if (bytes === undefined) return { value: undefined, problems: ['says gzip and is not'] };
  const text = bytes.toString('utf8');
  if (!/[/+]json\b/i.test(headers['content-type'] ?? '')) return { value: text, problems: [] };
  try {
    const value: unknown = JSON.parse(text);
    const { repeated } = scanStructure(text, MAX_DEPTH);
    return { value, problems: [...repeated].map((path) => `names ${jsonPath(path.split('/'))} more than once`) };
  } catch {
    return { value: undefined, problems: ['says JSON and is not'] };
  }
}

/** The bytes after decompression; undefined when they cannot be decompressed. */
function unpacked({ headers, body = Buffer.alloc(0) }: Pick<Copy, 'headers' | 'body'>): Buffer | undefined {
  if (!/gzip/i.test(headers['content-encoding'] ?? '')) return body;
  try {
    return gunzipSync(body);
  } catch {
    return undefined;
  }
}

/** The value of each header, as the schema of a single one wants it. */
function flat({ headers }: Copy): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}

function withoutContents(value: unknown): unknown {
  if (!isObject(value) || !Array.isArray(value['instances'])) return value;
  return { ...value, instances: value['instances'].map(() => ({})) };
}

function instanceFindings(sent: unknown, { shape }: AlgorithmContract): Finding[] {
  const instances = at(sent, 'instances');
  if (!Array.isArray(instances)) return [];
  return instances.flatMap((instance, index): Finding[] => {
    const verdict = judgeInstance(instance, shape, () => false);
    if (!('failure' in verdict)) return [];
    const { reason, description } = verdict.failure;
    return [{ side: 'request', place: `body $.instances[${index}]`, message: `${reason}: ${description}` }];
  });
}

/** One prediction for each instance, which no schema can say. */
function countFindings(sent: unknown, got: unknown, status: number): Finding[] {
  const [instances, predictions] = [at(sent, 'instances'), at(got, 'predictions')];
  if (status !== 200 || !Array.isArray(instances) || !Array.isArray(predictions)) return [];
  if (instances.length === predictions.length) return [];
  const message = `must hold a prediction for each of ${instances.length} instances, holds ${predictions.length}`;
  return [{ side: 'response', place: 'body $.predictions', message }];
}

function findingOf(side: Finding['side'], { path: [part = side, ...way], message }: Violation): Finding {
  const place = part === 'body' ? `body ${jsonPath(way)}` : [part, ...way].join(' ');
  return { side, place, message: message.slice(0, 300) };
}

/** `$.predictions[0].embedding` */
function jsonPath(way: readonly string[]): string {
  return way.reduce((path, step) => path + (/^\d+$/.test(step) ? `[${step}]` : `.${step}`), '$');
}
