// Owns the YAML form of outputs: no anchors, long texts on one line, lists of numbers on one line, and nothing that a YAML
// 1.1 reader (PyYAML, which several tools use) would take for another value.
import { Document, isScalar, isSeq, type ScalarTag, visit } from 'yaml';
import type { JsonValue } from '../json.ts';

/** YAML 1.1 takes a number with an exponent but no point (`4e-7`) for a text. */
const exponentNumber: ScalarTag = {
  tag: 'tag:yaml.org,2002:float',
  default: true,
  identify: (value) => typeof value === 'number' && /^-?\d+e/.test(String(value)),
  test: /^[-+]?\d+\.\d*e[-+]\d+$/,
  resolve: (text) => Number(text),
  stringify: ({ value }) => String(value).replace('e', '.0e'),
};

/** @param banner one line, put in front as a comment */
export function yamlText(value: JsonValue, banner: string): string {
  const document = new Document(value, {
    aliasDuplicateObjects: false,
    compat: 'yaml-1.1',
    customTags: (tags) => [exponentNumber, ...tags],
  });
  visit(document, {
    Seq(_key, node) {
      if (
        isSeq(node) &&
        node.items.length > 0 &&
        node.items.every((item) => isScalar(item) && typeof item.value === 'number')
      ) {
        node.flow = true;
      }
    },
  });
  return `# ${banner}\n${document.toString({ lineWidth: 0 })}`;
}
