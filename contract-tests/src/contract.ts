// Owns reading an algorithm's contract: which operation a path belongs to and what each of its answers may look like. Must
// not know a server.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { at } from './expectation.ts';
import { repositoryRoot } from './repository-root.ts';

export interface DeclaredHeader {
  readonly name: string;
  readonly required: boolean;
  readonly check: ValidateFunction;
  readonly isNumber: boolean;
}

export interface DeclaredAnswer {
  readonly headers: readonly DeclaredHeader[];
  /** Media type → check of the body. */
  readonly content: ReadonlyMap<string, ValidateFunction>;
}

export interface ContractPath {
  /** As in the document, for example `/v1/endpoints/{endpoint}`. */
  readonly template: string;
  readonly pattern: RegExp;
  /** METHOD → operation */
  readonly operations: ReadonlyMap<string, Operation>;
}

export interface Operation {
  readonly id: string;
  readonly answers: ReadonlyMap<number, DeclaredAnswer>;
}

export interface Contract {
  readonly paths: readonly ContractPath[];
  /** The body of every failed call. */
  readonly checkError: ValidateFunction;
  /** The same in the inference protocols' form. */
  readonly checkInferenceError: ValidateFunction;
  /** One that succeeded: a prediction that is no error. */
  readonly checkPrediction: ValidateFunction;
  /** All reasons that the document lists, by level. */
  readonly reasons: { readonly request: readonly string[]; readonly instance: readonly string[] };
}

type Json = Readonly<Record<string, unknown>>;

/** Reads `generated/openapi/NAME.json`. */
export async function readContract(algorithm: string): Promise<Contract> {
  const file = join(repositoryRoot, 'generated', 'openapi', `${algorithm}.json`);
  const document = JSON.parse(await readFile(file, 'utf8')) as Json; // an OpenAPI document is an object
  const compile = createCompiler(document);
  const schemaNamed = (name: string) => object(at(document, 'components', 'schemas', name));
  return {
    paths: Object.entries(object(document['paths'])).map(([template, item]) => ({
      template,
      pattern: patternOf(template),
      operations: operationsOf(object(item), document, compile),
    })),
    checkError: compile(schemaNamed('ErrorResponse')),
    checkInferenceError: compile(schemaNamed('InferenceError')),
    checkPrediction: compile(successful(document)),
    reasons: {
      request: list(schemaNamed('RequestErrorReason')['enum']),
      instance: list(schemaNamed('InstanceErrorReason')['enum']),
    },
  };
}

/** What may stand in predictions without the error that may stand there, too. */
function successful(document: Json): Json {
  const predictions = at(document, 'components', 'schemas', 'PredictResponse', 'properties', 'predictions');
  const variants = resolve(at(predictions, 'items'), document)['oneOf'];
  const good = Array.isArray(variants)
    ? variants.filter((variant) => at(resolve(variant, document), 'properties', 'error') === undefined)
    : [];
  return { anyOf: good };
}

/** The last segment's parameter holds no colon: what follows one is a verb (AIP-136). */
function patternOf(template: string): RegExp {
  const source = template
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{\w+\}(?=[^/]*$)/, '[^/:]+')
    .replace(/\{\w+\}/g, '[^/]+');
  return new RegExp(`^${source}$`);
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

function operationsOf(item: Json, document: Json, compile: (schema: Json) => ValidateFunction): Map<string, Operation> {
  const declared = Object.entries(item).filter(([method]) => METHODS.includes(method));
  return new Map(
    declared.map(([method, operation]) => [
      method.toUpperCase(),
      {
        id: String(at(operation, 'operationId')),
        answers: new Map(
          Object.entries(object(at(operation, 'responses'))).map(([status, answer]) => [
            Number(status),
            answerOf(resolve(answer, document), document, compile),
          ]),
        ),
      },
    ]),
  );
}

function answerOf(answer: Json, document: Json, compile: (schema: Json) => ValidateFunction): DeclaredAnswer {
  return {
    headers: Object.entries(object(answer['headers'] ?? {})).map(([name, written]) => {
      const header = resolve(written, document);
      const schema = object(header['schema']);
      return {
        name,
        required: header['required'] === true,
        check: compile(schema),
        isNumber: ['integer', 'number'].includes(String(schema['type'])),
      };
    }),
    content: new Map(
      Object.entries(object(answer['content'] ?? {})).map(([mediaType, { schema }]) => [
        mediaType,
        compile(object(schema)),
      ]),
    ),
  };
}

/** Compiles a schema of the document, with its references; the same schema only once. */
function createCompiler({ components }: Json): (schema: Json) => ValidateFunction {
  const ajv = new Ajv({
    strict: false,
    formats: {
      float: true,
      int32: true,
      byte: true,
      binary: true,
      'date-time': (text: string) =>
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text)),
      uri: (text: string) => URL.canParse(text),
    },
  });
  const compiled = new Map<string, ValidateFunction>();
  return (schema) => {
    const key = JSON.stringify(schema);
    const known = compiled.get(key) ?? ajv.compile({ ...asRoot(schema), components });
    compiled.set(key, known);
    return known;
  };
}

/** Beside a $ref nothing else counts in OpenAPI 3.0, so the reference goes one level down. */
function asRoot(schema: Json): Json {
  return '$ref' in schema ? { allOf: [schema] } : schema;
}

function resolve(value: unknown, document: Json): Json {
  const reference = at(value, '$ref');
  return object(typeof reference === 'string' ? at(document, ...reference.split('/').slice(1)) : value);
}

function object(value: unknown): Readonly<Record<string, Json>> {
  if (typeof value !== 'object' || value === null)
    throw new Error('Expected an object in the OpenAPI document, got none.');
  // What stands inside is looked at where it is used, member by member.
  return value as Readonly<Record<string, Json>>;
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
