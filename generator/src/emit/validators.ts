// Owns generated/ts/<algorithm>.validators.gen.mjs: JSON Schema validators of the predict call, compiled ahead of time by
// Ajv into modules that import nothing. The request parser's oracle in tests, and the answers' check.
import { _, Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { CompiledAlgorithm, Contract } from '../compile.ts';
import { schemasOf } from '../document.ts';
import { isObject } from '../json.ts';
import { ContractProblems } from '../problems.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { algorithmSource, bannerOf, type Outputs } from './output.ts';
import { FORMATS, formatsText, UCS2_LENGTH_REQUIRE, ucs2LengthText } from './validator-runtime.ts';

/** The envelope's schemata have the same titles for every algorithm. */
const REQUEST = 'PredictRequest';
const RESPONSE = 'PredictResponse';

/** @throws ContractProblems where an algorithm lacks one of the five schemata, or Ajv refuses one */
export function emitValidators({ algorithms }: Contract): Outputs {
  return new Map(
    algorithms.flatMap((algorithm): [string, string][] => {
      const { name } = algorithm.facts;
      const roots = rootsOf(algorithm);
      return [
        [`ts/${name}.validators.gen.mjs`, moduleText(algorithm, roots)],
        [`ts/${name}.validators.gen.d.mts`, declarationText(name, roots)],
      ];
    }),
  );
}

/** Exported name → title of the schema. */
function rootsOf({ facts, view }: CompiledAlgorithm): Record<string, string> {
  const { instance, parameters, prediction } = view.predictSchemata;
  const roots = {
    [REQUEST]: REQUEST,
    Instance: instance,
    Parameters: parameters,
    Prediction: prediction,
    [RESPONSE]: RESPONSE,
  };
  const known = Object.keys(schemasOf(view.document));
  return Object.fromEntries(
    Object.entries(roots).map(([name, title]) => {
      if (title === undefined || !known.includes(title)) {
        throw refuse(
          `the contract of ${facts.name} uses no schema ${title ?? `for ${name}`}; the predict operation needs it`,
        );
      }
      return [name, title];
    }),
  );
}

function moduleText({ facts, view }: CompiledAlgorithm, roots: Record<string, string>): string {
  const ajv = new Ajv({
    allErrors: false,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true, formats: _`contractFormats` },
  });
  for (const { name, type } of FORMATS) {
    // Only the emitted text runs, so that what stands here never decides anything.
    ajv.addFormat(name, type === 'number' ? { type, validate: () => true } : { type, validate: () => true });
  }
  for (const [name, schema] of Object.entries(schemasOf(view.document))) {
    if (isObject(schema)) {
      ajv.addSchema({ ...jsonSchemaOf(schema), $id: name });
    }
  }
  let code: string;
  try {
    code = standalone.default(ajv, roots);
  } catch (error) {
    throw refuse(
      `no validator can be made for ${facts.name}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const own = code.replace(/^"use strict";\n?/, '').replaceAll(UCS2_LENGTH_REQUIRE, 'ucs2Length');
  const foreign = /\brequire\([^)]*\)/.exec(own)?.[0];
  if (foreign !== undefined) {
    throw refuse(
      `the validators of ${facts.name} would need ${foreign} at run time; leave out the keyword that asks for it`,
    );
  }
  return `// ${bannerOf(algorithmSource(facts.name))}\n${formatsText()}\n${ucs2LengthText()}\n${own.trimEnd()}\n`;
}

function declarationText(name: string, roots: Record<string, string>): string {
  const lines = Object.entries(roots).map(
    ([exported, title]) => `export const ${exported}: Validator<components['schemas']['${title}']>;`,
  );
  return `// ${bannerOf(algorithmSource(name))}
import type { components } from './${name}.gen.ts';

/** What an Ajv validator says about the first rule that a value breaks. */
export interface ValidationError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** True when the value keeps the contract; \`errors\` is of the last call. */
export interface Validator<T> {
  (value: unknown): value is T;
  errors: ValidationError[] | null;
}

${lines.join('\n')}
`;
}

function refuse(message: string): ContractProblems {
  return new ContractProblems([{ rule: 'validators', message }]);
}
