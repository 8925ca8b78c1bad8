// Owns reading spec/common/error-reasons.yaml and the enums that schemata take from it.
import { ERROR_CATALOGUE_FILE } from './bundle/reference.ts';
import { type JsonObject, objectAt, stringAt } from './json.ts';
import { ContractProblems } from './problems.ts';
import { inheritOrigin, positionOf } from './source/position.ts';
import type { SourceTree } from './source/source-tree.ts';
import { checkAgainst } from './validate-source.ts';

export type ErrorLevel = 'request' | 'instance' | 'log';

/** What the catalogue says about one reason; the catalogue's head explains each field. */
export interface ErrorReasonFacts {
  readonly status: number;
  readonly code: string;
  readonly levels: readonly ErrorLevel[];
  readonly blame: 'client' | 'server';
  readonly retryable: boolean;
  readonly meaning: string;
  readonly repair: string;
}

const LEVEL_MARKER = 'x-error-level';

const CATALOGUE_SCHEMA = {
  type: 'object',
  required: ['title', 'description', 'reasons'],
  additionalProperties: false,
  properties: {
    title: { type: 'string' },
    description: { type: 'string' },
    reasons: {
      type: 'object',
      propertyNames: { pattern: '^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$' },
      additionalProperties: {
        type: 'object',
        required: ['status', 'code', 'levels', 'blame', 'retryable', 'meaning', 'repair'],
        additionalProperties: false,
        properties: {
          status: { type: 'integer', minimum: 400, maximum: 599 },
          code: { type: 'string', pattern: '^[A-Z]+(_[A-Z]+)*$' },
          levels: { type: 'array', minItems: 1, uniqueItems: true, items: { enum: ['request', 'instance', 'log'] } },
          blame: { enum: ['client', 'server'] },
          retryable: { type: 'boolean' },
          meaning: { type: 'string', minLength: 1 },
          repair: { type: 'string', minLength: 1 },
        },
      },
    },
  },
};

/** The catalogue in the order of its file. @throws ContractProblems when the file breaks its form */
export function readErrorCatalogue(tree: SourceTree): Record<string, ErrorReasonFacts> {
  const source = tree.readObject(ERROR_CATALOGUE_FILE);
  checkAgainst(CATALOGUE_SCHEMA, source, 'error-catalogue');
  // The check above is what makes this true.
  return objectAt(source, 'reasons') as unknown as Record<string, ErrorReasonFacts>;
}

/** Reasons that may be seen at one of the levels, in the catalogue's order. */
export function reasonsAt(catalogue: Record<string, ErrorReasonFacts>, levels: readonly ErrorLevel[]): string[] {
  return Object.entries(catalogue)
    .filter(([, facts]) => facts.levels.some((level) => levels.includes(level)))
    .map(([reason]) => reason);
}

/** The catalogue as a schema: every reason that a caller may see. */
export function errorReasonSchema(tree: SourceTree): JsonObject {
  const source = tree.readObject(ERROR_CATALOGUE_FILE);
  const reasons = reasonsAt(readErrorCatalogue(tree), ['request', 'instance']);
  return inheritOrigin(source, {
    title: stringAt(source, 'title') ?? '',
    description: stringAt(source, 'description') ?? '',
    type: 'string',
    enum: reasons,
  });
}

/** A schema that carries `x-error-level` with the enum of that level in the marker's place; any other schema as it is. */
export function fillErrorLevel(schema: JsonObject, tree: SourceTree): JsonObject {
  const { [LEVEL_MARKER]: level, ...rest } = schema;
  if (level === undefined) {
    return schema;
  }
  if (level !== 'request' && level !== 'instance') {
    const position = positionOf(schema, LEVEL_MARKER);
    const message = `expected ${LEVEL_MARKER} to be request or instance, got ${JSON.stringify(level)}`;
    throw new ContractProblems([{ rule: 'error-level', message, ...(position === undefined ? {} : { position }) }]);
  }
  return inheritOrigin(schema, { ...rest, enum: reasonsAt(readErrorCatalogue(tree), [level]) });
}
