// Owns generated/openapi: the whole document of each algorithm, as JSON for programs and as YAML for readers.
import type { Contract } from '../compile.ts';
import { stringifyJson } from '../json.ts';
import { algorithmSource, bannerOf, type Outputs } from './output.ts';
import { yamlText } from './yaml-text.ts';

export function emitOpenapi({ algorithms }: Contract): Outputs {
  return new Map(
    algorithms.flatMap(({ facts, document }): [string, string][] => {
      const banner = bannerOf(algorithmSource(facts.name));
      const { openapi = null, ...rest } = document;
      const marked = { openapi, 'x-generated': banner, ...rest };
      return [
        [`openapi/${facts.name}.json`, `${stringifyJson(marked)}\n`],
        [`openapi/${facts.name}.yaml`, yamlText(marked, banner)],
      ];
    }),
  );
}
