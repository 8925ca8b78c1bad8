// Owns reading the examples of one algorithm: those written for every algorithm and its own, each with its recorded answer.
import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue, objectAt, stringAt } from '../json.ts';
import { baseNameOf, camelCaseOf } from '../names.ts';
import { ProblemList } from '../problems.ts';
import { positionOf } from '../source/position.ts';
import type { SourceTree } from '../source/source-tree.ts';
import { checkAgainst } from '../validate-source.ts';
import type { Example, RecordedAnswer } from './example.ts';
import { fillFixtures, fixturesFolderOf } from './fixtures.ts';

export const RECORD_COMMAND = 'npm run examples';

const EXAMPLE_SCHEMA = {
  type: 'object',
  required: ['operation', 'summary', 'request', 'response'],
  additionalProperties: false,
  properties: {
    operation: { type: 'string', minLength: 1 },
    summary: { type: 'string', minLength: 1, maxLength: 120 },
    description: { type: 'string', minLength: 1 },
    request: { type: 'object' },
    setup: {},
    response: {
      type: 'object',
      required: ['status'],
      additionalProperties: false,
      properties: { status: { type: 'integer', minimum: 100, maximum: 599 } },
    },
  },
};

const ANSWER_SCHEMA = {
  type: 'object',
  required: ['status', 'headers', 'body'],
  additionalProperties: false,
  properties: {
    status: { type: 'integer' },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: {},
  },
};

export interface ReadExamplesOptions {
  /**
   * Leaves out answers that are missing, malformed or outdated instead of refusing them: the recording command, which repairs
   * them, starts from what this compiles.
   */
  readonly allowMissingAnswers?: boolean;
}

/** @throws ContractProblems for malformed examples, missing fixtures, missing or outdated answers */
export function readExamples(tree: SourceTree, algorithm: string, options: ReadExamplesOptions = {}): Example[] {
  const folders = ['examples', `algorithms/${algorithm}/examples`];
  const files = folders.flatMap((folder) =>
    tree.list(folder, '.yaml').filter((file) => posix.dirname(file) === folder),
  );
  const problems = new ProblemList();
  const seen = new Map<string, string>();
  const examples = files.flatMap((file) => {
    const example = problems.collect(() => readExample(tree, algorithm, file, problems, options));
    if (example === undefined) {
      return [];
    }
    const twin = seen.get(example.key);
    if (twin !== undefined) {
      problems.add('example', `${twin} has the same name; give one another`, example.position);
    }
    seen.set(example.key, tree.displayName(file));
    if (!tree.has(example.answerFile) && options.allowMissingAnswers !== true) {
      const message = `there is no recorded answer ${tree.displayName(example.answerFile)}; run ${RECORD_COMMAND}`;
      problems.add('recorded-answer', message, example.position);
    }
    return [example];
  });
  problems.throwIfAny();
  return examples.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function readExample(
  tree: SourceTree,
  algorithm: string,
  file: string,
  problems: ProblemList,
  { allowMissingAnswers = false }: ReadExamplesOptions,
): Example {
  const source = tree.readObject(file);
  checkAgainst(EXAMPLE_SCHEMA, source, 'example');
  const name = baseNameOf(file);
  const answerFile = `algorithms/${algorithm}/examples/answers/${name}.json`;
  const status = Number(objectAt(source, 'response')['status']);
  const answerProblems = allowMissingAnswers ? new ProblemList() : problems;
  const recorded = tree.has(answerFile) ? answerProblems.collect(() => readAnswer(tree, answerFile)) : undefined;
  const answer = recorded?.status === status ? recorded : undefined;
  if (recorded !== undefined && answer === undefined) {
    const message = `expected status ${status}, the recorded answer has ${recorded.status}; correct one or run ${RECORD_COMMAND}`;
    answerProblems.add('recorded-answer', message, positionOf(objectAt(source, 'response'), 'status'));
  }
  const description = stringAt(source, 'description');
  const setup = source['setup'];
  const position = positionOf(source);
  return {
    name,
    key: camelCaseOf(name),
    operation: stringAt(source, 'operation') ?? '',
    summary: stringAt(source, 'summary') ?? '',
    ...(description === undefined ? {} : { description }),
    request: filledRequest(objectAt(source, 'request'), tree),
    ...(setup === undefined ? {} : { setup }),
    status,
    ...(answer === undefined ? {} : { answer }),
    answerFile,
    ...(position === undefined ? {} : { position }),
  };
}

function filledRequest(request: JsonObject, tree: SourceTree): JsonObject {
  const filled: JsonValue = fillFixtures(request, fixturesFolderOf(tree.root));
  return isObject(filled) ? filled : {};
}

function readAnswer(tree: SourceTree, file: string): RecordedAnswer {
  const source = tree.readObject(file);
  checkAgainst(ANSWER_SCHEMA, source, 'recorded-answer');
  const headers = Object.entries(objectAt(source, 'headers')).map(([key, value]) => [key, String(value)]);
  return { status: Number(source['status']), headers: Object.fromEntries(headers), body: source['body'] ?? null };
}
