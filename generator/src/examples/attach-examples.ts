// Owns where an example stands in a document: its request beside the operation's body, its answer beside the response that
// it shows. A response that several operations share is copied for the operation first, since their examples differ.
import { copyOf } from '../copy.ts';
import { operationsOf, resolve } from '../document.ts';
import { isObject, type JsonObject, objectAt, stringAt } from '../json.ts';
import { ProblemList } from '../problems.ts';
import { inheritOrigin } from '../source/position.ts';
import type { Example } from './example.ts';
import type { ReadExamplesOptions } from './read-examples.ts';

/**
 * A copy of `document` with the examples in place.
 *
 * @param operationSuffix what an algorithm's operations carry behind the id that an example names
 * @throws ContractProblems for an operation, status or media type that the document does not declare
 */
export function attachExamples(
  document: JsonObject,
  examples: readonly Example[],
  operationSuffix: string,
  { allowMissingAnswers = false }: ReadExamplesOptions = {},
): JsonObject {
  const copy = copyOf(document);
  const problems = new ProblemList();
  const operations = new Map(
    operationsOf(copy).map(({ operation }) => [stringAt(operation, 'operationId'), operation]),
  );
  for (const example of examples) {
    const operation = operations.get(example.operation) ?? operations.get(`${example.operation}${operationSuffix}`);
    if (operation === undefined) {
      problems.add('example', `no operation has the id ${example.operation}`, example.position);
      continue;
    }
    attachRequest(copy, operation, example);
    const problem = attachAnswer(copy, operation, example);
    if (problem !== undefined && !(problem.isOfAnswer && allowMissingAnswers)) {
      problems.add('example', problem.message, example.position);
    }
  }
  problems.throwIfAny();
  dropUnusedResponses(copy);
  return copy;
}

function attachRequest(document: JsonObject, operation: JsonObject, example: Example): void {
  // Zero bytes behind the JSON make a body that is no JSON, and that cannot be written down.
  const body = example.request['zeroBytes'] === undefined ? example.request['body'] : undefined;
  const requestBody = resolve(document, operation['requestBody']);
  const media = requestBody === undefined ? undefined : objectAt(requestBody, 'content')['application/json'];
  if (body === undefined || example.status < 200 || example.status > 299 || !isObject(media)) {
    return;
  }
  const { summary, description } = example;
  addExample(media, example.key, { summary, ...(description === undefined ? {} : { description }), value: body });
}

interface AttachProblem {
  readonly message: string;
  /** True when recording the answer again may repair it. */
  readonly isOfAnswer: boolean;
}

/** Answers what is wrong, if anything is. */
function attachAnswer(document: JsonObject, operation: JsonObject, example: Example): AttachProblem | undefined {
  const responses = objectAt(operation, 'responses');
  const status = String(example.status);
  const shared = resolve(document, responses[status]);
  if (shared === undefined) {
    return { message: `${example.operation} declares no answer with status ${status}`, isOfAnswer: false };
  }
  const { answer } = example;
  const content = objectAt(shared, 'content');
  const contentType = answer === undefined ? undefined : contentTypeOf(answer.headers);
  if (answer === undefined || (contentType === undefined && Object.keys(content).length === 0)) {
    return undefined;
  }
  if (contentType === undefined) {
    return { message: 'the recorded answer states no content-type, which the contract declares', isOfAnswer: true };
  }
  if (!isObject(content[contentType])) {
    return { message: `${example.operation} declares no ${contentType} for status ${status}`, isOfAnswer: true };
  }
  const own = responses[status] === shared ? shared : copyOf(shared);
  responses[status] = own;
  const media = objectAt(objectAt(own, 'content'), contentType);
  addExample(media, example.key, { summary: example.summary, value: answer.body });
  return undefined;
}

function addExample(media: JsonObject, key: string, example: JsonObject): void {
  media['examples'] = { ...objectAt(media, 'examples'), [key]: example };
}

/** The media type without its parameters: `application/json; charset=utf-8` → `application/json`. */
function contentTypeOf(headers: Readonly<Record<string, string>>): string | undefined {
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type');
  return found?.[1].split(';')[0]?.trim().toLowerCase();
}

/** A response whose every use was copied is referred to by nothing any more. */
function dropUnusedResponses(document: JsonObject): void {
  const components = objectAt(document, 'components');
  const used = new Set(
    operationsOf(document).flatMap(({ operation }) =>
      Object.values(objectAt(operation, 'responses')).map((response) =>
        isObject(response) ? stringAt(response, '$ref') : undefined,
      ),
    ),
  );
  const responses = objectAt(components, 'responses');
  const kept = Object.entries(responses).filter(([name]) => used.has(`#/components/responses/${name}`));
  if (kept.length === 0) {
    delete components['responses'];
  } else {
    components['responses'] = inheritOrigin(responses, Object.fromEntries(kept));
  }
}
