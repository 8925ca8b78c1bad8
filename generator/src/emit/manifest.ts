// Owns generated/MANIFEST.json: from which spec, by which versions of the tools, and what was written. Pure: the caller reads
// the files.
import { createHash } from 'node:crypto';
import { stringifyJson } from '../json.ts';
import { bannerOf, type Outputs } from './output.ts';

export const MANIFEST_FILE = 'MANIFEST.json';

export interface ManifestFacts {
  /** From specHash. */
  readonly specSha256: string;
  /** Version by package name. */
  readonly tools: Readonly<Record<string, string>>;
}

export function manifestText({ specSha256, tools }: ManifestFacts, outputs: Outputs): string {
  const listed = [...outputs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => ({ path, sha256: sha256(text) }));
  return `${stringifyJson({ 'x-generated': bannerOf('spec'), specSha256, tools: { ...tools }, outputs: listed })}\n`;
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
