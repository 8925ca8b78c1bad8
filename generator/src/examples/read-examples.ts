// Owns reading the examples of one algorithm: those written for every algorithm and its own, each with its recorded answer.
import { posix } from 'node:path';
import { isObject, type JsonObject, type JsonValue, objectAt, stringAt, stringsAt } from '../json.ts';
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
  required: ['operations', 'summary', 'request', 'response'],
  additionalProperties: false,
  properties: {
    operations: { type: 'array', minItems: 1, uniqueItems: true, items: { type: 'string', minLength: 1 } },
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
    const read = problems.collect(() => readExample(tree, algorithm, file, problems, options)) ?? [];
    const [first] = read;
    if (first !== undefined) {
      const twin = seen.get(first.key);
      if (twin !== undefined) {
        problems.add('example', `${twin} has the same name; give one another`, first.position);
      }
      seen.set(first.key, tree.displayName(file));
    }
    for (const { answerFile, position } of read) {
      if (!tree.has(answerFile) && options.allowMissingAnswers !== true) {
        const message = `there is no recorded answer ${tree.displayName(answerFile)}; run ${RECORD_COMMAND}`;
        problems.add('recorded-answer', message, position);
      }
    }
    return read;
  });
  problems.throwIfAny();
  // The answer's file name holds both the example's name and the operation.
  return examples.sort((a, b) => (a.answerFile < b.answerFile ? -1 : 1));
}

/** One example for each operation that the file names: the same request sent to each, with an answer of its own. */
function readExample(
  tree: SourceTree,
  algorithm: string,
  file: string,
  problems: ProblemList,
  options: ReadExamplesOptions,
): Example[] {
  const source = tree.readObject(file);
  checkAgainst(EXAMPLE_SCHEMA, source, 'example');
  const name = baseNameOf(file);
  const description = stringAt(source, 'description');
  const setup = source['setup'];
  const position = positionOf(source);
  const shared = {
    name,
    key: camelCaseOf(name),
    summary: stringAt(source, 'summary') ?? '',
    ...(description === undefined ? {} : { description }),
    request: filledRequest(objectAt(source, 'request'), tree),
    ...(setup === undefined ? {} : { setup }),
    status: Number(objectAt(source, 'response')['status']),
    ...(position === undefined ? {} : { position }),
  };
  return stringsAt(source, 'operations').map((operation) => {
    const answerFile = `algorithms/${algorithm}/examples/answers/${name}.${operation}.json`;
    const answer = rightAnswer(tree, answerFile, source, options.allowMissingAnswers ? new ProblemList() : problems);
    return { ...shared, operation, ...(answer === undefined ? {} : { answer }), answerFile };
  });
}

/** The recorded answer, unless there is none or it is outdated, which `problems` then says. */
function rightAnswer(
  tree: SourceTree,
  answerFile: string,
  source: JsonObject,
  problems: ProblemList,
): RecordedAnswer | undefined {
  const recorded = tree.has(answerFile) ? problems.collect(() => readAnswer(tree, answerFile)) : undefined;
  const response = objectAt(source, 'response');
  if (recorded === undefined || recorded.status === response['status']) {
    return recorded;
  }
  const message = `expected status ${response['status']}, the recorded answer has ${recorded.status}; correct one or run ${RECORD_COMMAND}`;
  problems.add('recorded-answer', message, positionOf(response, 'status'));
  return undefined;
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
