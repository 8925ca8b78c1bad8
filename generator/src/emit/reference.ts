// Owns generated/docs/<algorithm>.md: the reference of one algorithm's document, every operation with its parameters, bodies,
// statuses and shortened examples, then every schema.
import type { CompiledAlgorithm, Contract } from '../compile.ts';
import { needsNoToken, type Operation, operationsOf, parametersOf, resolve, schemasOf } from '../document.ts';
import { isObject, type JsonObject, objectAt, stringAt } from '../json.ts';
import { excerptOf } from './excerpt.ts';
import { blocks, codeBlock, inlineCode, markdownTable } from './markdown-text.ts';
import { algorithmSource, bannerOf, type Outputs } from './output.ts';
import { limitsOf, schemaSection, typeOf } from './schema-section.ts';

export function emitReference({ algorithms }: Contract): Outputs {
  return new Map(algorithms.map((algorithm) => [`docs/${algorithm.facts.name}.md`, page(algorithm)]));
}

function page({ facts, document }: CompiledAlgorithm): string {
  const info = objectAt(document, 'info');
  const schemas = Object.entries(schemasOf(document)).flatMap(([name, schema]) =>
    isObject(schema) ? [schemaSection(document, name, schema)] : [],
  );
  const text = blocks(
    `<!-- ${bannerOf(algorithmSource(facts.name))} -->`,
    `# ${stringAt(info, 'title') ?? facts.title}`,
    `Version ${facts.version} of the contract. ${facts.summary}.`,
    facts.description,
    'What each error means and what to do about it stands in the [error reference](errors.md).',
    '## Operations',
    ...operationsOf(document).map((operation) => operationSection(document, operation)),
    '## Schemas',
    ...schemas,
  );
  return `${text}\n`;
}

function operationSection(document: JsonObject, found: Operation): string {
  const { operation, method, path } = found;
  const parameters = parametersOf(document, found).map((parameter) => [
    inlineCode(stringAt(parameter, 'name') ?? ''),
    stringAt(parameter, 'in') ?? '',
    typeOf(parameter['schema']),
    parameter['required'] === true ? 'yes' : 'no',
    `${stringAt(parameter, 'description') ?? ''} ${limitsOf(objectAt(parameter, 'schema'))}`,
  ]);
  return blocks(
    `### ${stringAt(operation, 'operationId') ?? ''}`,
    codeBlock(`${method.toUpperCase()} ${path}`, 'http'),
    `${stringAt(operation, 'summary') ?? ''}. ${needsNoToken(document, operation) ? 'No token.' : 'Needs a token.'}`,
    stringAt(operation, 'description') ?? '',
    parameters.length === 0 ? '' : markdownTable(['Parameter', 'In', 'Type', 'Required', 'Description'], parameters),
    bodySection(operation),
    markdownTable(['Status', 'Body', 'Headers', 'Meaning'], statusRows(document, operation)),
    ...answerSections(document, operation),
  );
}

function bodySection(operation: JsonObject): string {
  const body = objectAt(operation, 'requestBody');
  const media = Object.entries(objectAt(body, 'content'));
  return blocks(
    ...media.map(([type, content]) =>
      isObject(content)
        ? blocks(
            `Request body (${type}): ${typeOf(content['schema'])}. ${stringAt(body, 'description') ?? ''}`,
            ...exampleSections(content, 'Request'),
          )
        : '',
    ),
  );
}

function statusRows(document: JsonObject, operation: JsonObject): string[][] {
  return Object.entries(objectAt(operation, 'responses')).map(([status, entry]) => {
    const response = resolve(document, entry) ?? {};
    const bodies = Object.values(objectAt(response, 'content')).map((media) =>
      isObject(media) ? typeOf(media['schema']) : '',
    );
    const headers = Object.keys(objectAt(response, 'headers')).map(inlineCode);
    return [status, bodies.join(', '), headers.join(', '), stringAt(response, 'description') ?? ''];
  });
}

function answerSections(document: JsonObject, operation: JsonObject): string[] {
  return Object.entries(objectAt(operation, 'responses')).flatMap(([status, entry]) =>
    Object.values(objectAt(resolve(document, entry) ?? {}, 'content')).flatMap((media) =>
      isObject(media) ? exampleSections(media, `Answer ${status}`) : [],
    ),
  );
}

function exampleSections(media: JsonObject, label: string): string[] {
  return Object.values(objectAt(media, 'examples')).flatMap((example) => {
    if (!isObject(example)) {
      return [];
    }
    const { value = null } = example;
    const text = typeof value === 'string' ? shortened(value) : excerptOf(value);
    const summary = `<summary>${label}: ${stringAt(example, 'summary') ?? ''}</summary>`;
    const language = typeof value === 'string' ? 'text' : 'json';
    return [
      blocks('<details>', summary, stringAt(example, 'description') ?? '', codeBlock(text, language), '</details>'),
    ];
  });
}

/** A text answer may be a whole file: its first lines are enough. */
function shortened(text: string): string {
  const lines = text.trimEnd().split('\n');
  const shown = 12;
  return lines.length <= shown ? lines.join('\n') : [...lines.slice(0, shown), `… (${lines.length} lines)`].join('\n');
}
