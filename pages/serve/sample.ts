// Owns finding a sound to try an algorithm with: the one in the contract's own example. Must not know an algorithm's name.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GENERATED } from './places.ts';

/** The part of the clients' facts that is read here; the generator writes this form. */
interface Facts {
  readonly algorithms: readonly { readonly name: string; readonly fileField: string | null }[];
}

/** A sound file that the algorithm takes. Throws when the contract has no example with one. */
export function sampleOf(name: string, document: object): Uint8Array {
  const facts = JSON.parse(readFileSync(join(GENERATED, 'client-view', 'facts.json'), 'utf8')) as Facts;
  const field = facts.algorithms.find((algorithm) => algorithm.name === name)?.fileField ?? '';
  const paths = at(document, 'paths');
  for (const path of Object.keys(Object(paths))) {
    const examples = at(paths, path, 'post', 'requestBody', 'content', 'application/json', 'examples');
    for (const example of Object.values(Object(examples))) {
      const file = at(example, 'value', 'instances', 0, field);
      if (typeof file === 'string') return Buffer.from(file, 'base64');
    }
  }
  throw new Error(`The contract of ${name} has no example with a sound file. Run npm run examples.`);
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => Object(inner)[name], value);
}
