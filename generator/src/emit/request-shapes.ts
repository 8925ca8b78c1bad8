// Owns generated/ts/request-shape.gen.ts, the parser's vocabulary, and <algorithm>.shape.gen.ts: the shape of each
// algorithm's request as data and the types that parsing it gives.
import type { CompiledAlgorithm, Contract } from '../compile.ts';
import { camelCaseOf } from '../names.ts';
import type { ObjectShape, ValueShape } from '../request-shape.ts';
import { bannerOf, type Outputs } from './output.ts';
import { typescriptKey, typescriptLiteral, typescriptString, typescriptUnion } from './typescript-text.ts';

/** @param vocabulary text of generator/src/request-shape.ts */
export function emitRequestShapes({ algorithms }: Contract, vocabulary: string): Outputs {
  const outputs = new Map([
    ['ts/request-shape.gen.ts', `// ${bannerOf('generator/src/request-shape.ts')}\n${vocabulary}`],
  ]);
  for (const algorithm of algorithms) {
    outputs.set(`ts/${algorithm.facts.name}.shape.gen.ts`, shapeFile(algorithm));
  }
  return outputs;
}

function shapeFile({ facts, requestShape }: CompiledAlgorithm): string {
  const prefix = facts.operationSuffix;
  const { variants, parameters } = requestShape;
  const instance = variants.map(
    (variant) => `\n  | ${parsedObject(variant, [`readonly variant: ${typescriptString(variant.name)}`])}`,
  );
  const hasParameters = Object.keys(parameters.properties).length > 0;
  return `// ${bannerOf(`spec/algorithms/${facts.name}`)}
import type { RequestShape } from './request-shape.gen.ts';

export const ${camelCaseOf(prefix)}RequestShape = ${typescriptLiteral(requestShape)} as const satisfies RequestShape;

/** One instance of ${facts.name} after parsing: the variant that it is, with its values in the form that the plug-in reads. */
export type ${prefix}ParsedInstance =${instance.join('')};

/** The parameters of one ${facts.name} call after parsing; missing or null parameters are an empty object. */
export type ${prefix}ParsedParameters = ${hasParameters ? parsedObject(parameters) : 'Readonly<Record<never, never>>'};
`;
}

function parsedObject({ properties, required }: ObjectShape, first: readonly string[] = []): string {
  const fields = Object.entries(properties).map(
    ([name, shape]) => `readonly ${typescriptKey(name)}${required.includes(name) ? '' : '?'}: ${parsedType(shape)}`,
  );
  return `{ ${[...first, ...fields].join('; ')} }`;
}

function parsedType(shape: ValueShape): string {
  switch (shape.kind) {
    case 'string':
      return shape.enum === undefined ? 'string' : typescriptUnion(shape.enum);
    case 'bytes':
      return 'Uint8Array';
    case 'float-array':
      return 'Float32Array';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
  }
}
