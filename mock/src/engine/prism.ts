// Owns Prism: the operations of one algorithm's document and an instance that routes, validates and finds examples, with the
// mock's own answers put in front of Prism's. The only place that knows Prism's form of things; must not know HTTP sockets.
import { createRequire } from 'node:module';
import {
  createInstance,
  getHttpOperationsFromSpec,
  type IHttpConfig,
  type IHttpRequest,
  type IHttpResponse,
  type PrismHttpComponents,
} from '@stoplight/prism-http';
import { at, isObject, type JsonObject } from '../json.ts';

export type Operation = Awaited<ReturnType<typeof getHttpOperationsFromSpec>>[number];
export type PrismRequest = IHttpRequest;
export type PrismResponse = IHttpResponse;

/** One way in which a request or an answer breaks the contract. */
export interface Violation {
  /** `body`, `query`, `path` or `header`, then the way from there. */
  readonly path: readonly string[];
  /** The JSON Schema keyword, or an HTTP status. */
  readonly code: string;
  readonly message: string;
}

/** What a caller asked for with `Prefer`. */
export interface Preference {
  readonly code?: number;
  readonly exampleKey?: string;
  readonly dynamic: boolean;
}

/** Prism's own answer, from the contract's examples. */
export type AskPrism = (preference: Preference) => PrismResponse;

export type AnswerRequest = (
  request: PrismRequest,
  operation: Operation,
  violations: readonly Violation[],
  askPrism: AskPrism,
) => PrismResponse;

export interface Prism {
  readonly operations: readonly Operation[];
  /** Answers by the contract. Rejects with Prism's ProblemJsonError, or with what `answer` threw. */
  mock(request: PrismRequest, answer: AnswerRequest): Promise<PrismResponse>;
  /** What is wrong with a request and with the answer that a server gave to it; undefined when no operation has the route. */
  check(request: PrismRequest, response: PrismResponse): Promise<Checked | undefined>;
  /** The methods of a path in upper case. */
  methodsOf(path: string, isWanted: (operation: Operation) => boolean): string[];
}

export interface Checked {
  readonly operation: Operation;
  readonly request: readonly Violation[];
  readonly response: readonly Violation[];
}

type Diagnostic = Parameters<PrismHttpComponents['mock']>[0]['input']['validations'][number];

// Not part of Prism's door, hence its exact version in package.json: the default mock, which ours asks for examples, and the router,
// which tells the methods of a path. Required, since every importer takes the default of a CommonJS module for another thing.
const require = createRequire(import.meta.url);
const {
  default: prismMock,
}: typeof import('@stoplight/prism-http/dist/mocker/index.js') = require('@stoplight/prism-http/dist/mocker/index.js');
const {
  default: route,
}: typeof import('@stoplight/prism-http/dist/router/index.js') = require('@stoplight/prism-http/dist/router/index.js');

/** Compiles a document. Takes some tens of milliseconds. */
export async function createPrism(document: JsonObject): Promise<Prism> {
  const operations = await getHttpOperationsFromSpec(withOpenInstances(document));
  // Prism calls these and reads nothing back; its type is that of a whole pino logger.
  const logger = silentLogger() as unknown as PrismHttpComponents['logger'];
  const shared = {
    checkSecurity: true,
    validateRequest: true,
    validateResponse: false,
    errors: false,
    upstreamProxy: undefined,
  };

  return {
    operations,
    async mock(request, answer) {
      const config: IHttpConfig = { ...shared, isProxy: false, mock: { dynamic: false } };
      const mock: PrismHttpComponents['mock'] =
        ({ resource, input }) =>
        () => {
          const ask: AskPrism = (preference) =>
            unwrap(prismMock({ resource, input: { data: request, validations: [] }, config: preference })(logger));
          try {
            return right(answer(request, resource, input.validations.map(violationOf), ask));
          } catch (error) {
            return left(error instanceof Error ? error : new Error(String(error)));
          }
        };
      const result = await createInstance(config, { logger, mock }).request(request, operations)();
      return unwrap(result).output;
    },
    async check(request, response) {
      let matched: Operation | undefined;
      // The upstream is not called by Prism: what it would fetch has been fetched, byte for byte, by the proxy.
      const upstream = new URL('http://localhost');
      const config: IHttpConfig = {
        ...shared,
        validateResponse: true,
        isProxy: true,
        upstream,
        mock: { dynamic: false },
      };
      const forward: PrismHttpComponents['forward'] = (_input, _url, _proxy, resource) => () => () => {
        matched = resource;
        return Promise.resolve(right(response));
      };
      const { validations } = unwrap(await createInstance(config, { logger, forward }).request(request, operations)());
      if (matched === undefined) return undefined;
      return {
        operation: matched,
        request: validations.input.map(violationOf),
        response: validations.output.map(violationOf),
      };
    },
    methodsOf(path, isWanted) {
      return ['get', 'post', 'put', 'patch', 'delete'].flatMap((method) => {
        // The list holds nothing but methods that Prism's type names.
        const input: PrismRequest = { method: method as PrismRequest['method'], url: { path } };
        const found = route({ resources: operations, input });
        return found._tag === 'Right' && isWanted(found.right) ? [method.toUpperCase()] : [];
      });
    },
  };
}

/** What the contract's answers declare, in lower case, and the media type. */
export function declaredHeaders({ operations }: Prism): string[] {
  const headers = operations.flatMap(({ responses }) => responses.flatMap((response) => response.headers ?? []));
  return ['content-type', ...headers.map(({ name }) => name.toLowerCase())];
}

/** What is wrong inside an instance is that instance's own error, so Prism may not judge it: here an instance is anything. */
function withOpenInstances(document: JsonObject): JsonObject {
  const copy = structuredClone(document);
  const instances = at(copy, 'components', 'schemas', 'PredictRequest', 'properties', 'instances');
  if (!isObject(instances)) throw new Error('The contract has no PredictRequest with instances. Run npm run generate.');
  Object.assign(instances, { items: {} });
  return copy;
}

function violationOf({ path = [], code, message }: Diagnostic): Violation {
  return { path: path.map(String), code: String(code), message };
}

type Either<T> = { readonly _tag: 'Left'; readonly left: Error } | { readonly _tag: 'Right'; readonly right: T };

function right<T>(value: T): Either<T> {
  return { _tag: 'Right', right: value };
}

function left(error: Error): Either<never> {
  return { _tag: 'Left', left: error };
}

function unwrap<T>(either: Either<T>): T {
  if (either._tag === 'Left') throw either.left;
  return either.right;
}

/** What Prism would print holds bodies and headers, audio and tokens among them. */
function silentLogger(): object {
  const ignore = (): void => {};
  const logger = {
    info: ignore,
    success: ignore,
    debug: ignore,
    warn: ignore,
    error: ignore,
    trace: ignore,
    child: () => logger,
  };
  return logger;
}
