// Owns how an example becomes a request, and its answer the form that is kept. Must not know what a right answer is.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { Example, JsonObject, RecordedAnswer } from '../../generator/src/index.ts';
import { TOKEN } from '../../server/test/support/test-service.ts';

/** An OpenAPI document, as far as this file reads it; references inside paths are resolved by hand. */
type Document = JsonObject;

/** Answers name the host that was asked; the documented one, whatever port the test took. */
const HOST = '127.0.0.1:8080';

/** Headers that are recorded where the contract declares them. */
const KEPT_HEADERS = [
  'content-type',
  'x-request-id',
  'retry-after',
  'allow',
  'www-authenticate',
  'x-vertex-ai-endpoint-id',
  'x-vertex-ai-deployed-model-id',
  'x-vertex-ai-model',
];

/** Sends the example to `baseUrl` and gives what came back. */
export async function replay(
  example: Example,
  document: Document,
  operationSuffix: string,
  baseUrl: string,
): Promise<RecordedAnswer> {
  const { method, path } = addressOf(example, document, operationSuffix);
  const body = example.request['body'];
  const sent = request(new URL(path, baseUrl), {
    method,
    agent: false,
    headers: {
      Host: HOST,
      'X-Request-Id': 'example',
      ...withoutNulls({
        Authorization: `Bearer ${TOKEN}`,
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(example.request['headers'] as Record<string, string | null> | undefined),
      }),
    },
  });
  sent.end(body === undefined || method === 'GET' ? undefined : JSON.stringify(body));
  // The first value of a response event is the message.
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const headers = Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (answer.headers[name] === undefined ? [] : [[name, String(answer.headers[name])]])),
  );
  return {
    status: answer.statusCode ?? 0,
    headers,
    body: headers['content-type'] === 'application/json' ? JSON.parse(text) : text,
  };
}

/** The operation's method and path, its parameters filled with the example's values or the contract's own examples. */
function addressOf(example: Example, document: Document, operationSuffix: string): { method: string; path: string } {
  const wanted = new Set([example.operation, example.operation + operationSuffix]);
  const given = {
    path: {},
    query: {},
    ...(example.request as { path?: Record<string, string>; query?: Record<string, string>; method?: string }),
  };
  // The compiler has checked the document's form.
  for (const [template, item] of Object.entries(document['paths'] as Record<string, JsonObject>)) {
    for (const method of ['get', 'post']) {
      const operation = item[method] as JsonObject | undefined;
      if (operation === undefined || !wanted.has(String(operation['operationId']))) continue;
      const parameters = [item['parameters'], operation['parameters']]
        .flatMap((list) => (list ?? []) as JsonObject[])
        .map((parameter) => resolve(document, parameter));
      const path = template.replace(
        /\{(\w+)\}/g,
        (_, name: string) =>
          given.path[name] ?? String(parameters.find((parameter) => parameter['name'] === name)?.['example']),
      );
      const query = new URLSearchParams(given.query).toString();
      return { method: given.method ?? method.toUpperCase(), path: query === '' ? path : `${path}?${query}` };
    }
  }
  throw new Error(`The contract has no operation ${example.operation}; correct ${example.name}.`);
}

function resolve(document: Document, value: JsonObject): JsonObject {
  const reference = value['$ref'];
  if (typeof reference !== 'string') return value;
  // A bundled document holds nothing but references into itself.
  return reference
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key] as JsonObject, document);
}

function withoutNulls(headers: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== null));
}
