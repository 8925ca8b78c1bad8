// Owns one call through the validation proxy from top to bottom: forward, examine, count, show, keep. Must not know the contract.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { CallFailure } from '../failure.ts';
import { bytesOf, failureAnswer } from '../http/answer.ts';
import { CORS_HEADERS, isPreflight, preflightHeaders } from '../http/cors.ts';
import { send } from '../http/send.ts';
import { readHead, type WireCall } from '../http/wire-call.ts';
import type { Examination, Examine } from './examine.ts';
import { type ExampleFile, ExampleFileError } from './example-file.ts';
import { type Exchange, forward, UpstreamError } from './forward.ts';
import type { ViolationLog } from './violation-log.ts';

export interface ProxyOptions {
  readonly upstream: URL;
  readonly examine: Examine;
  readonly log: ViolationLog;
  readonly examples: ExampleFile | undefined;
  /** Longer bodies pass unchecked. */
  readonly maxCopyBytes: number;
  /** Shows one line to the person who runs the proxy. */
  readonly show: (line: string) => void;
}

/** Where the count can be read. No path of a contract begins so. */
export const VIOLATIONS_PATH = '/mock/violations';

/** Lines that one exchange may take on the screen. */
const MAX_LINES = 10;

export async function proxyCall(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ProxyOptions,
): Promise<void> {
  if (isPreflight(incoming)) {
    outgoing.writeHead(204, preflightHeaders(incoming)).end();
    return;
  }
  const call = readHead(incoming);
  if (call.path === VIOLATIONS_PATH) {
    // A caller that has its answer asks for the count next; the examination of that answer may still be going on.
    await options.log.settled();
    const body = Buffer.from(JSON.stringify(options.log.summary(), null, 2));
    await send(outgoing, { status: 200, headers: { ...CORS_HEADERS, 'Content-Type': 'application/json' }, body });
    return;
  }
  await options.log.track(pass(call, incoming, outgoing, options));
}

async function pass(
  call: WireCall,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: ProxyOptions,
): Promise<void> {
  try {
    const exchange = await forward(incoming, outgoing, options);
    const examination = incoming.method === 'HEAD' ? 'unchecked' : await options.examine(call, exchange);
    options.log.note(examination, exchange.response.status);
    await report(call, exchange, examination, options);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    options.log.noteUnanswered();
    options.show(`${call.method} ${call.path.slice(0, 200)}: ${error.message}`);
    if (!error.answered && !outgoing.destroyed) await sendUnreachable(call, outgoing);
  }
}

async function report(
  { method, path, ...call }: WireCall,
  exchange: Exchange,
  examination: Examination | 'unchecked',
  { show, examples }: ProxyOptions,
): Promise<void> {
  const { status } = exchange.response;
  if (examination === 'unchecked') return;
  const { operation = `${method} ${path.slice(0, 200)}`, findings } = examination;
  for (const { side, place, message } of findings.slice(0, MAX_LINES)) {
    show(`violation: ${operation} ${status}, ${side} ${place}: ${message}`);
  }
  if (findings.length > MAX_LINES) show(`violation: ${operation} ${status}: ${findings.length - MAX_LINES} more`);
  if (examples === undefined || findings.length > 0) return;
  try {
    if (await examples.keep({ method, path, ...call }, exchange)) show(`recorded: ${operation} ${status}`);
  } catch (error) {
    if (!(error instanceof ExampleFileError)) throw error;
    show(error.message);
  }
}

async function sendUnreachable(call: WireCall, outgoing: ServerResponse): Promise<void> {
  const failure = new CallFailure(
    'UNHEALTHY',
    'The proxy cannot reach the server behind it. Start it, or correct --proxy.',
  );
  const answer = failureAnswer(failure, call);
  const headers = { ...CORS_HEADERS, 'X-Request-Id': call.requestId, ...answer.headers };
  await send(outgoing, { status: answer.status, headers, body: bytesOf(answer) });
}
