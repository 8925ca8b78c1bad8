// Owns the file of recorded examples: one for each different call and status, without tokens, checked once more as it will stand
// there, and written whole or not at all. Must not know how calls are passed on.
import { isUtf8 } from 'node:buffer';
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import type { WireCall } from '../http/wire-call.ts';
import { isObject, type JsonObject } from '../json.ts';
import type { Examine } from './examine.ts';
import type { Copy, Exchange } from './forward.ts';
import { REMOVED, redact, secretsOf } from './redact.ts';

export interface RecordedExample {
  readonly operation: string;
  readonly request: RecordedMessage & {
    readonly method: string;
    readonly path: string;
    readonly query: Readonly<Record<string, string>>;
  };
  readonly response: RecordedMessage & { readonly status: number };
}

interface RecordedMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or text. */
  readonly body?: unknown;
}

/** More would be a log and no collection of examples. */
const MAX_EXAMPLES = 500;

/** The file cannot be used; the message says what to do. */
export class ExampleFileError extends Error {
  override readonly name = 'ExampleFileError';
}

export interface ExampleFileOptions {
  readonly examine: Examine;
  /** The headers that are kept, in lower case. */
  readonly declaredHeaders: ReadonlySet<string>;
}

export class ExampleFile {
  readonly #path: string;
  readonly #examine: Examine;
  readonly #declaredHeaders: ReadonlySet<string>;
  readonly #examples: Map<string, unknown>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, { examine, declaredHeaders }: ExampleFileOptions, examples: readonly unknown[]) {
    this.#path = path;
    this.#examine = examine;
    this.#declaredHeaders = declaredHeaders;
    this.#examples = new Map(examples.map((example) => [keyOf(example), example]));
  }

  /** Goes on with the examples of an existing file. Throws ExampleFileError when it holds something else. */
  static async open(path: string, options: ExampleFileOptions): Promise<ExampleFile> {
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (isObject(error) && error['code'] === 'ENOENT') return '[]';
      throw new ExampleFileError('--record: the file cannot be read. Choose another, or a place where it may be made.');
    });
    const examples = parseExamples(text);
    if (examples === undefined) {
      throw new ExampleFileError(
        '--record: the file exists and holds no recorded examples. Choose another; it is not overwritten.',
      );
    }
    return new ExampleFile(path, options, examples);
  }

  /**
   * Keeps an exchange in which nothing was found, unless its like is there. Gives whether it was kept. Throws ExampleFileError when
   * the file cannot be written; the next example tries again with all of them.
   */
  async keep(call: WireCall, exchange: Exchange): Promise<boolean> {
    const secrets = secretsOf(exchange.request.headers.authorization);
    const query = redact(call.query, secrets);
    const clean: WireCall = {
      ...call,
      path: String(redact(call.path, secrets)),
      query: Object.fromEntries(Object.entries(Object(query)).map(([k, v]) => [k, String(v)])),
    };
    const isDeclared = (header: string) => this.#declaredHeaders.has(header);
    const request = cleanCopy(exchange.request, { secrets, isDeclared });
    const response = { ...cleanCopy(exchange.response, { secrets, isDeclared }), status: exchange.response.status };
    // The bearer header that is not kept is there again for the check, as it will be when the example is sent.
    const checkable = {
      ...request,
      headers: {
        ...request.headers,
        ...(exchange.request.headers.authorization !== undefined && { authorization: `Bearer ${REMOVED}` }),
      },
    };
    const examination = await this.#examine(clean, { request: checkable, response });
    if (examination === 'unchecked' || examination.operation === undefined || examination.findings.length > 0)
      return false;
    const example: RecordedExample = {
      operation: examination.operation,
      request: { method: clean.method, path: clean.path, query: clean.query, ...message(request) },
      response: { status: response.status, ...message(response) },
    };
    const key = keyOf(example);
    if (this.#examples.has(key) || this.#examples.size >= MAX_EXAMPLES) return false;
    this.#examples.set(key, example);
    const written = this.#writing.then(() => this.#write());
    // One write at a time; one that failed must not end those after it.
    this.#writing = written.catch(() => {});
    await written.catch((cause: unknown) => {
      throw new ExampleFileError(
        '--record: the file cannot be written. Look at its folder and at the space on the disk.',
        {
          cause,
        },
      );
    });
    return true;
  }

  async #write(): Promise<void> {
    const temporary = `${this.#path}.${randomUUID()}`;
    const examples = [...this.#examples.values()];
    const isYaml = /\.ya?ml$/.test(this.#path);
    try {
      const text = isYaml ? stringify(examples, { lineWidth: 0 }) : `${JSON.stringify(examples, null, 2)}\n`;
      // A recording may hold people's sounds.
      await writeFile(temporary, text, { mode: 0o600 });
      await rename(temporary, this.#path);
    } finally {
      await rm(temporary, { force: true });
    }
  }
}

function parseExamples(text: string): JsonObject[] | undefined {
  try {
    const content: unknown = parse(text);
    const isList = Array.isArray(content) && content.every((one) => isObject(one) && isObject(one['request']));
    return isList ? content : undefined;
  } catch {
    return undefined;
  }
}

/** The same call with the same status is the same example. */
function keyOf(example: unknown): string {
  const { operation, request, response } = isObject(example) ? example : {};
  const status = isObject(response) ? response['status'] : undefined;
  return createHash('sha256')
    .update(JSON.stringify([operation, request, status]))
    .digest('hex');
}

/** The body as plain text or JSON without secrets; what compressed it is left out with its header. */
function cleanCopy(
  { headers, body = Buffer.alloc(0) }: Copy,
  { secrets, isDeclared }: { secrets: readonly string[]; isDeclared: (header: string) => boolean },
): Copy {
  const kept = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      isDeclared(name) ? [[name, String(redact(String(value), secrets))]] : [],
    ),
  );
  const isCompressed = headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity';
  if (isCompressed || !isUtf8(body)) {
    // An example is to be read: a compressed one, or a file, is not kept (its check finds no body).
    return { headers: kept, body: undefined };
  }
  const text = body.toString('utf8');
  const isJson = /[/+]json\b/i.test(headers['content-type'] ?? '');
  const clean =
    isJson && text !== '' ? JSON.stringify(redact(JSON.parse(text), secrets)) : String(redact(text, secrets));
  return { headers: kept, body: Buffer.from(clean) };
}

function message({ headers, body = Buffer.alloc(0) }: Copy): RecordedMessage {
  const text = body.toString('utf8');
  const isJson = /[/+]json\b/i.test(headers['content-type'] ?? '');
  return {
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ...(text !== '' && { body: isJson ? JSON.parse(text) : text }),
  };
}
