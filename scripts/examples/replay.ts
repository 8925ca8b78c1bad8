// Owns how an example becomes a request, and its answer the form that is kept. Must not know what a right answer is.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import {
  type Example,
  type JsonObject,
  type Operation,
  objectAt,
  operationOfExample,
  pathOfExample,
  type RecordedAnswer,
  resolve,
} from '../../generator/src/index.ts';
import { TOKEN } from '../../server/test/support/test-service.ts';

/** Answers name the host that was asked; the documented one, whatever port the test took. */
const HOST = '127.0.0.1:8080';

/** Sends the example to `baseUrl` and gives what came back. */
export async function replay(
  example: Example,
  document: JsonObject,
  operationSuffix: string,
  baseUrl: string,
): Promise<RecordedAnswer> {
  const operation = operationOfExample(example, document, operationSuffix);
  const method = String(example.request['method'] ?? operation.method.toUpperCase());
  const body = bodyOf(example);
  const sent = request(new URL(pathOfExample(example, document, operation), baseUrl), {
    method,
    agent: false,
    headers: {
      Host: HOST,
      'X-Request-Id': 'example',
      ...withoutNulls({
        Authorization: `Bearer ${TOKEN}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(zeroBytesOf(example) > 0 && { 'Inference-Header-Content-Length': String(jsonOf(example)?.byteLength) }),
        ...(example.request['headers'] as Record<string, string | null> | undefined),
      }),
    },
  });
  if (example.request['unfinished'] === true) sent.write(body);
  else sent.end(body === undefined || method === 'GET' ? undefined : body);
  // The first value of a response event is the message.
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  sent.destroy();
  const text = withoutWaiting(Buffer.concat(chunks).toString('utf8'));
  const headers = keptHeaders(document, operation, answer);
  return {
    status: answer.statusCode ?? 0,
    headers,
    body: headers['content-type'] === 'application/json' ? JSON.parse(text) : text,
  };
}

/** The file of the request, or its JSON, and behind it as many zero bytes as the example wants: the tensor data of silence. */
function bodyOf(example: Example): Buffer | undefined {
  const { file } = example.request;
  if (typeof file === 'string') return Buffer.from(file, 'base64');
  const json = jsonOf(example);
  return json === undefined ? undefined : Buffer.concat([json, Buffer.alloc(zeroBytesOf(example))]);
}

function jsonOf({ request: { body } }: Example): Buffer | undefined {
  return body === undefined ? undefined : Buffer.from(JSON.stringify(body));
}

function zeroBytesOf({ request: { zeroBytes = 0 } }: Example): number {
  return Number(zeroBytes);
}

/** The headers that are kept: what the contract declares for this answer, and the media type. */
function keptHeaders(document: JsonObject, { operation }: Operation, { headers, statusCode }: IncomingMessage) {
  const declared = resolve(document, objectAt(operation, 'responses')[String(statusCode)]) ?? {};
  const names = ['content-type', ...Object.keys(objectAt(declared, 'headers')).map((name) => name.toLowerCase())];
  return Object.fromEntries(
    names.flatMap((name) => (headers[name] === undefined ? [] : [[name, withoutTimes(String(headers[name]))]])),
  );
}

/** How long a stage took is a fact of the machine; which stages there were is one of the call. */
function withoutTimes(header: string): string {
  return header.replace(/;dur=\d+(\.\d+)?/g, ';dur=1');
}

/** So is how long a call waited. */
function withoutWaiting(text: string): string {
  return text.replace(/(?<=none came in )\d+\.\d(?= s\b)/g, '0.1');
}

function withoutNulls(headers: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null));
}
