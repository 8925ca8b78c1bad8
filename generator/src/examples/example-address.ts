// Owns where an example is sent: the operation that it is of, and its path with all parameters filled in. Must not know who answers.
import { type Operation, operationsOf, parametersOf } from '../document.ts';
import { type JsonObject, objectAt } from '../json.ts';
import type { Example } from './example.ts';

/** The operation that an example is of. @throws Error for one that the document does not have */
export function operationOfExample(
  { operation, name }: Example,
  document: JsonObject,
  operationSuffix: string,
): Operation {
  const wanted = [operation, operation + operationSuffix];
  const found = operationsOf(document).find((candidate) => wanted.includes(String(candidate.operation['operationId'])));
  if (found === undefined) throw new Error(`The contract has no operation ${operation}; correct ${name}.`);
  return found;
}

/** The path with its parameters filled with the example's values or the contract's own examples, and the query. */
export function pathOfExample({ request }: Example, document: JsonObject, operation: Operation): string {
  const [given, query] = [objectAt(request, 'path'), objectAt(request, 'query')];
  const documented = parametersOf(document, operation);
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    String(given[name] ?? documented.find((parameter) => parameter['name'] === name)?.['example']),
  );
  const search = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}
