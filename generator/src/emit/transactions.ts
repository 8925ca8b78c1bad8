// Owns generated/transactions: every documented call as data, with the status that it must get. The contract shows what is sent
// and what comes back, but has no place for what a server must be made to do first, for headers that are left out and for paths
// that lead nowhere. Must not know who sends them.
import type { Contract } from '../compile.ts';
import { operationOfExample, pathOfExample } from '../examples/example-address.ts';
import { type JsonObject, objectAt, stringifyJson } from '../json.ts';
import { algorithmSource, bannerOf, type Outputs } from './output.ts';

export function emitTransactions({ algorithms }: Contract): Outputs {
  return new Map(
    algorithms.map(({ facts, document, examples }) => {
      const transactions = examples.map((example): JsonObject => {
        const operation = operationOfExample(example, document, facts.operationSuffix);
        const { method = operation.method.toUpperCase(), body, file, zeroBytes, unfinished } = example.request;
        const sendsBody = body !== undefined && operation.method !== 'get';
        return {
          operationId: operation.operation['operationId'] ?? '',
          status: example.status,
          example: example.key,
          summary: example.summary,
          ...(example.setup === undefined ? {} : { setup: example.setup }),
          method,
          path: pathOfExample(example, document, operation),
          headers: objectAt(example.request, 'headers'),
          ...(sendsBody ? { body } : {}),
          ...(file === undefined ? {} : { base64: file }),
          ...(zeroBytes === undefined ? {} : { zeroBytes }),
          ...(unfinished === undefined ? {} : { unfinished }),
        };
      });
      const text = stringifyJson({ 'x-generated': bannerOf(algorithmSource(facts.name)), transactions });
      return [`transactions/${facts.name}.json`, `${text}\n`];
    }),
  );
}
