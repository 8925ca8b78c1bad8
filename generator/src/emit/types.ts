// Owns generated/ts/*.gen.ts with the types of a document, made by openapi-typescript: one file of the neutral view for
// shared code, one for each algorithm.
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import ts from 'typescript';
import type { Contract } from '../compile.ts';
import type { JsonObject } from '../json.ts';
import { algorithmSource, bannerOf, type Outputs } from './output.ts';

export async function emitTypes({ service, algorithms }: Contract): Promise<Outputs> {
  const outputs = new Map([['ts/service.gen.ts', await typesOf(service.document, bannerOf('spec/openapi.yaml'))]]);
  for (const { facts, view } of algorithms) {
    // The view without examples: 32000 numbers in a doc comment help nobody.
    outputs.set(`ts/${facts.name}.gen.ts`, await typesOf(view.document, bannerOf(algorithmSource(facts.name))));
  }
  return outputs;
}

async function typesOf(document: JsonObject, banner: string): Promise<string> {
  // The lint phase has checked that the document is OpenAPI 3.0. A copy, since the library writes into what it is given.
  const own = structuredClone(document) as unknown as OpenAPI3;
  return `// ${banner}\n${astToString(await openapiTS(own, { silent: true, transform }))}`;
}

/** A binary body is bytes. */
function transform(schema: object): ts.TypeNode | undefined {
  return 'format' in schema && schema.format === 'binary'
    ? ts.factory.createTypeReferenceNode('Uint8Array')
    : undefined;
}
