// Owns running Redocly's rules over a bundled document, offline, and turning what they find into positions in the spec's
// files. Which rules run, and why some do not, stands in REDOCLY_RULES.
import { BaseResolver, createConfig, lintDocument, Source } from '@redocly/openapi-core';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { type Problem, ProblemList } from '../problems.ts';
import { type Position, positionOf } from '../source/position.ts';

/** Changes to Redocly's recommended rules. A rule either fails the build or is off: warnings are not read. */
const REDOCLY_RULES = {
  'no-ambiguous-paths': 'error',
  'no-duplicated-enum-values': 'error',
  'no-duplicated-tag-names': 'error',
  'no-illogical-composition-keywords': 'error',
  'no-invalid-media-type-examples': 'error',
  'no-invalid-parameter-examples': 'error',
  'no-invalid-schema-examples': 'error',
  'no-required-schema-properties-undefined': 'error',
  'no-unsafe-markdown': 'error',
  'no-unused-components': 'error',
  'operation-2xx-response': 'error',
  'operation-4xx-response': 'error',
  'operation-description': 'error',
  'operation-operationId': 'error',
  'operation-singular-tag': 'error',
  'operation-tag-defined': 'error',
  'parameter-description': 'error',
  'spec-ref-siblings': 'error',
  'tag-description': 'error',
  // The servers are the local ones that the start and mock commands open.
  'no-server-example.com': 'off',
  // The licence's SPDX form is OpenAPI 3.1.
  'info-license-strict': 'off',
} as const;

/** @param name shown for a problem that belongs to no file, for example the name of the view */
export async function lintWithRedocly(document: JsonObject, name: string): Promise<readonly Problem[]> {
  const config = await createConfig({ extends: ['recommended'], rules: REDOCLY_RULES });
  // The text of the source is used for code frames only, which are not shown.
  const source = new Source(`/${name}.yaml`, '');
  const found = await lintDocument({
    document: { source, parsed: document },
    config,
    externalRefResolver: new BaseResolver(),
  });
  const problems = new ProblemList();
  for (const { ruleId, message, location } of found) {
    const pointer = location[0]?.pointer;
    const oneLine = message.trim().replaceAll(/\s*\n\s*/g, ' ');
    problems.add(ruleId, oneLine, placeOf(document, pointer ?? '#/'));
  }
  return problems.all;
}

/** The position of the nearest object around a JSON pointer that an author wrote. */
function placeOf(document: JsonObject, pointer: string): Position | undefined {
  let value: JsonValue | undefined = document;
  let position = positionOf(document);
  for (const segment of pointer.split('/').slice(1)) {
    if (!isObject(value) && !Array.isArray(value)) {
      break;
    }
    const key = decodeURIComponent(segment.replaceAll('~1', '/').replaceAll('~0', '~'));
    const next: JsonValue | undefined = isObject(value) ? value[key] : value[Number(key)];
    // A component's own file says more than the place that it was put at.
    const own = typeof next === 'object' && next !== null ? positionOf(next) : undefined;
    position = positionOf(value, key) ?? own ?? position;
    value = next;
  }
  return position;
}
