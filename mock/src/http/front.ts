// Owns one call of the mock from top to bottom: pages, scenario, body, answer, and the manner in which it is sent. Must not know
// the contract.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { RequestReason } from '@predict-schemata/generated/ts/errors.gen.ts';
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import { type Engine, requireMethod } from '../engine/engine.ts';
import { CallFailure, catalogueText } from '../failure.ts';
import type { RunningScenario } from '../scenario/running-scenario.ts';
import type { Fault } from '../scenario/scenario.ts';
import { SCENARIO_HEADER, type Scenarios } from '../scenario/scenarios.ts';
import type { MockSettings } from '../settings.ts';
import { type Answer, bytesOf, failureAnswer } from './answer.ts';
import { discardBody, readBody, tooLarge } from './body.ts';
import { CORS_HEADERS, isPreflight, preflightHeaders } from './cors.ts';
import { FILE_TYPES, filesAsJson, isFiles } from './files.ts';
import type { MockPages } from './pages.ts';
import { readPreference } from './prefer.ts';
import { type Manner, send } from './send.ts';
import { readHead, type WireCall } from './wire-call.ts';

export interface FrontOptions {
  readonly engine: Engine;
  readonly pages: MockPages;
  readonly scenarios: Scenarios;
  readonly settings: MockSettings;
  /** Told of bugs, for the person who runs the mock. */
  readonly onBug: (error: unknown) => void;
}

interface Answered {
  readonly answer: Answer;
  readonly manner?: Manner;
}

/** Answers one call, whatever happens. */
export async function answerCall(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: FrontOptions,
): Promise<void> {
  if (isPreflight(incoming)) {
    outgoing.writeHead(204, preflightHeaders(incoming)).end();
    return;
  }
  const call = readHead(incoming);
  const page = call.method === 'GET' ? await options.pages.at(call, headerOf(incoming, 'if-none-match')) : undefined;
  if (page !== undefined) {
    await send(outgoing, { ...page, headers: { ...CORS_HEADERS, ...page.headers } });
    return;
  }
  const { answer, manner } = await run(call, incoming, options).catch((error: unknown) => {
    // A caller that has gone is told nothing.
    if (incoming.destroyed && !incoming.complete) return { answer: bug(call), manner: { cutAfterBytes: 0 } };
    if (error instanceof CallFailure) return { answer: failureAnswer(error, call), manner: {} };
    options.onBug(error);
    return { answer: bug(call), manner: {} };
  });
  await discardBody(incoming);
  // What still comes would be taken for the next request of this connection.
  const rest: Record<string, string> = incoming.complete ? {} : { Connection: 'close' };
  const headers = { ...CORS_HEADERS, 'X-Request-Id': call.requestId, ...answer.headers, ...rest };
  await send(outgoing, { status: answer.status, headers, body: bytesOf(answer) }, manner);
}

async function run(
  call: WireCall,
  incoming: IncomingMessage,
  { engine, scenarios, settings, pages }: FrontOptions,
): Promise<Answered> {
  if (pages.has(call.path)) requireMethod(call, ['GET']);
  const scenario = scenarios.of(headerOf(incoming, SCENARIO_HEADER));
  const operation = engine.operationOf(call);
  if (operation !== 'getLiveness') requireWarm(scenario);
  const isPrediction = operation !== undefined && call.method === 'POST';
  const fate = scenario.next(isPrediction);
  const maxBytes = Math.min(settings.maxBodyBytes, scenario.limits.request_bytes ?? Number.POSITIVE_INFINITY);
  const body = await readCallBody(
    incoming,
    maxBytes,
    operation === 'rawPredict' ? engine.shapeAt(call.path) : undefined,
  );
  const { timeout_ms: timeoutMs = settings.requestTimeoutMs } = scenario.limits;
  await wait(Math.min(fate.latencyMs, timeoutMs));
  const preference = readPreference(headerOf(incoming, 'prefer'));
  const { authorization } = incoming.headers;
  const answer = await engine.answer({ ...call, authorization, body, preference, made: fate });
  // What is wrong with the call itself comes first: a fault is met by calls that would have got their predictions.
  if (answer.status !== 200 || preference.code !== undefined) return { answer };
  if (fate.latencyMs > timeoutMs) throw madeUp('DEADLINE_EXCEEDED');
  requireResponseSize(answer, scenario);
  return faulty(answer, fate.fault);
}

/** The body as JSON or why it is refused; with a `shape` it may be files, which become instances of that form. */
async function readCallBody(
  incoming: IncomingMessage,
  maxBytes: number,
  shape: RequestShape | undefined,
): Promise<Uint8Array | CallFailure> {
  const contentType = incoming.headers['content-type'];
  if (shape === undefined || !isFiles(contentType)) {
    return readBody(incoming, maxBytes, ['application/json', ...(shape === undefined ? [] : FILE_TYPES)]);
  }
  const body = await readBody(incoming, maxBytes, undefined);
  return body instanceof CallFailure ? body : filesAsJson(body, contentType, shape);
}

/** Several headers of one name mean one with commas between (RFC 9110, section 5.3). */
function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

function requireWarm(scenario: RunningScenario): void {
  const retryAfterSeconds = scenario.coldForSeconds();
  if (retryAfterSeconds > 0) throw madeUp('STARTING', retryAfterSeconds);
}

function requireResponseSize(answer: Answer, { limits }: RunningScenario): void {
  const { response_bytes: limit = Number.POSITIVE_INFINITY } = limits;
  const bytes = bytesOf(answer).byteLength;
  if (bytes <= limit) return;
  throw tooLarge(limit, `${bytes} bytes in the answer`);
}

const REASON_OF_STATUS = {
  429: 'QUEUE_FULL',
  500: 'INTERNAL',
  503: 'UNHEALTHY',
  504: 'DEADLINE_EXCEEDED',
} as const satisfies Record<number, RequestReason>;

function faulty(answer: Answer, fault: Fault | undefined): Answered {
  if (fault === undefined) return { answer };
  if ('status' in fault) throw madeUp(REASON_OF_STATUS[fault.status], fault.retry_after_s);
  const manner: Manner =
    'bytes_per_s' in fault ? { bytesPerSecond: fault.bytes_per_s } : { cutAfterBytes: fault.cut_after_bytes };
  return { answer, manner };
}

function madeUp(reason: RequestReason, retryAfterSeconds?: number): CallFailure {
  return new CallFailure(reason, catalogueText(reason), retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
}

function bug(call: WireCall): Answer {
  return failureAnswer(new CallFailure('INTERNAL', 'The mock failed at this call. This is a bug of the mock.'), call);
}
