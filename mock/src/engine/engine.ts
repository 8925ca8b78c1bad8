// Owns how a call is answered by the contract: Prism routes, checks and finds examples; what it cannot make usable (predictions of
// the clips that came, lists, schemata, this mock's own names) is put in their place here. Must not know a socket.
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import type { OperationId } from '@predict-schemata/generated/ts/routes.gen.ts';
import { routes } from '@predict-schemata/generated/ts/routes.gen.ts';
import { successSchema } from '../answer/make-prediction.ts';
import type { AlgorithmContract } from '../contract.ts';
import { CallFailure, shown } from '../failure.ts';
import { type Answer, jsonAnswer } from '../http/answer.ts';
import { at, isObject, type JsonObject } from '../json.ts';
import { type JsonBody, readJson } from '../judge/read-json.ts';
import type { MockSettings } from '../settings.ts';
import { requireToken } from './access.ts';
import { algorithmOf, endpointIdOf, hasUnknownVerb, parametersOf, requireServed } from './address.ts';
import type { Call } from './call.ts';
import { describedEndpoints, pageOf } from './endpoint-list.ts';
import { requireEnvelope, requireQuery } from './envelope.ts';
import { answerForced, isForced } from './forced.ts';
import { predictionsOf } from './predictions.ts';
import { type AskPrism, createPrism, type Operation, type Prism, type PrismResponse, type Violation } from './prism.ts';
import { identityOf, recast, type Surroundings } from './recast.ts';

export interface ServedAlgorithm {
  readonly contract: AlgorithmContract;
  readonly prism: Prism;
  readonly success: JsonObject;
}

export interface Engine {
  /** Throws CallFailure; anything else is a bug of the mock. */
  answer(call: Call): Promise<Answer>;
  /** Which operation of the contract a call is, by its neutral id. */
  operationOf(call: Pick<Call, 'method' | 'path'>): OperationId | undefined;
  /** The request's form at a path. */
  shapeAt(path: string): RequestShape;
}

export async function createEngine(contracts: readonly AlgorithmContract[], settings: MockSettings): Promise<Engine> {
  const served = await serveAll(contracts);
  const [first] = served;
  if (first === undefined) throw new Error('The contract has no algorithm. Run npm run generate.');

  const servedAt = (path: string) => {
    const algorithm = algorithmOf(path, contracts, settings);
    return { algorithm, ...(served.find(({ contract }) => contract === algorithm) ?? first) };
  };

  const answerOperation = (
    call: Call,
    operation: Operation,
    parsed: JsonBody | CallFailure,
    { violations, askPrism }: { violations: readonly Violation[]; askPrism: AskPrism },
  ): PrismResponse => {
    const id = neutralId(operation);
    const { algorithm, contract, success } = servedAt(call.path);
    const path = parametersOf(call.path, operation.path);
    const around = { contract, settings, path, origin: call.origin };
    if (!routes[id].public) requireToken(call, settings.token);
    if (isForced(call, operation)) {
      const forced = answerForced(call, askPrism, (body) => recast(body, around));
      const isPrediction = forced.statusCode === 200 && operation.request?.body !== undefined;
      return isPrediction ? { ...forced, headers: { ...forced.headers, ...predictionHeaders(id, around, 0) } } : forced;
    }
    requireServed(path, violations, algorithm, { contracts, settings });
    requireQuery(call.query, violations, operation);
    if (id === 'getSchema') {
      const text = contract.schemata.get(path['schema'] ?? '');
      if (text === undefined) {
        const message = `Expected instance.yaml, parameters.yaml or prediction.yaml, got ${shown(path['schema'] ?? '')}.`;
        throw new CallFailure('ROUTE_NOT_FOUND', message);
      }
      return { statusCode: 200, headers: { 'Content-Type': 'application/yaml' }, body: text };
    }
    const example = askPrism(call.preference);
    const body = recast(example.body, around);
    if (id === 'listEndpoints') {
      const endpoints = contracts.flatMap((other) => describedEndpoints({ ...around, contract: other }));
      return { ...example, body: pageOf(endpoints, call.query) };
    }
    if (id === 'listModels') return { ...example, body: { models: contracts.map(({ name }) => name) } };
    // Tensors are not read: a call with them gets the contract's example.
    if (!readsInstances(operation, contract)) {
      const headers = operation.request?.body === undefined ? {} : predictionHeaders(id, around, 0);
      return { ...example, headers: { 'Content-Type': 'application/json', ...headers }, body };
    }
    if (parsed instanceof CallFailure) throw parsed;
    requireEnvelope(parsed, violations, settings.maxInstances);
    const startedAtMs = performance.now();
    const predictions = predictionsOf(parsed, contract, success, call.made);
    return {
      statusCode: 200,
      headers: {
        'Content-Type': 'application/json',
        ...predictionHeaders(id, around, performance.now() - startedAtMs),
      },
      body: { ...(isObject(body) && body), predictions },
    };
  };

  return {
    shapeAt: (path) => servedAt(path).contract.shape,

    operationOf: ({ method, path }) => {
      const { prism } = servedAt(path);
      const found = prism.operations.find((operation) => {
        const isMethod = operation.method.toUpperCase() === method;
        return isMethod && prism.methodsOf(path, (matched) => matched === operation).includes(method);
      });
      return found === undefined || hasUnknownVerb(path, found) ? undefined : neutralId(found);
    },

    async answer(call) {
      const { prism } = servedAt(call.path);
      const allow = prism.methodsOf(call.path, (operation) => !hasUnknownVerb(call.path, operation));
      requireRoute(call, allow);
      const parsed = parse(call.body);
      const response = await prism.mock(
        {
          // Any method is looked for; the ones that the path has were checked above.
          method: call.method.toLowerCase() as 'get',
          url: { path: call.path, query: call.query },
          headers: { ...(call.authorization !== undefined && { authorization: call.authorization }) },
          ...(!(parsed instanceof CallFailure) && { body: withoutContents(parsed.value) }),
        },
        (_request, operation, violations, askPrism) =>
          answerOperation(call, operation, parsed, { violations, askPrism }),
      );
      return answerOf(response);
    },
  };
}

/** Whether the body is the one with `instances`. */
function readsInstances({ path, method }: Operation, { document }: AlgorithmContract): boolean {
  const content = at(document, 'paths', path, method, 'requestBody', 'content', 'application/json');
  return String(at(content, 'schema', '$ref')).endsWith('/PredictRequest');
}

/** What stands beside predictions; the mock has one stage. */
function predictionHeaders(
  id: OperationId,
  { contract, settings, path }: Surroundings,
  ms: number,
): Record<string, string> {
  const timing = { 'Server-Timing': `infer;dur=${ms.toFixed(1)}` };
  if (id !== 'rawPredict') return timing;
  return {
    ...timing,
    'X-Vertex-AI-Endpoint-Id': endpointIdOf(contract, settings),
    'X-Vertex-AI-Deployed-Model-Id': identityOf(contract, settings).deployedModelId,
    'X-Vertex-AI-Model': `projects/${path['project']}/locations/${path['location']}/models/${contract.name}`,
  };
}

function serveAll(contracts: readonly AlgorithmContract[]): Promise<ServedAlgorithm[]> {
  return Promise.all(
    contracts.map(async (contract) => ({
      contract,
      prism: await createPrism(contract.document),
      success: successSchema(contract.document),
    })),
  );
}

/** The operation's id without the algorithm's suffix, by its route. */
function neutralId({ path, method }: Operation): OperationId {
  // Object.entries widens the keys; they are the record's own.
  for (const [id, route] of Object.entries(routes) as [OperationId, { path: string; method: string }][]) {
    if (route.path === path && route.method === method) return id;
  }
  throw new Error(`${method} ${path} is not in the list of routes. Run npm run generate.`);
}

function requireRoute({ method, path }: Call, allow: readonly string[]): void {
  // No parameter of a path may be empty.
  if (allow.length === 0 || path.includes('//')) {
    throw new CallFailure('ROUTE_NOT_FOUND', 'No operation has this path. Compare it with the reference under /docs.');
  }
  requireMethod({ method }, allow);
}

/** Throws CallFailure unless the call's method is one of these. */
export function requireMethod({ method }: Pick<Call, 'method'>, allow: readonly string[]): void {
  if (allow.includes(method)) return;
  const shownMethods = allow.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]));
  throw new CallFailure(
    'METHOD_NOT_ALLOWED',
    `Expected the method ${shownMethods.join(' or ')}, got ${method.slice(0, 20)}.`,
    {
      allow: shownMethods,
    },
  );
}

/** What is wrong with the body is said only after the checks that come before it. */
function parse(body: Call['body']): JsonBody | CallFailure {
  if (body instanceof CallFailure) return body;
  try {
    return readJson(body);
  } catch (error) {
    if (error instanceof CallFailure) return error;
    throw error;
  }
}

/** Prism copies and prints what it is given; of the instances it needs to know their number alone. */
function withoutContents(value: unknown): unknown {
  if (!isObject(value) || !Array.isArray(value['instances'])) return value;
  return { ...value, instances: value['instances'].map(() => ({})) };
}

function answerOf({ statusCode, headers = {}, body }: PrismResponse): Answer {
  const own = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name === 'Content-type' ? 'Content-Type' : name, String(value)]),
  );
  // Prism fills X-Request-Id with any text; the real one is added where the answer is sent.
  delete own['X-Request-Id'];
  return { ...jsonAnswer(statusCode, body), headers: { 'Content-Type': 'application/json', ...own } };
}
