// Owns what a person reads when the server is ready: where it is, its token, and a line to paste for each algorithm. Must not
// know how any of it came about.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import type { RequestShape } from '@predict-schemata/generated/ts/request-shape.gen.ts';
import type { TokenHint } from './auth/start-auth.ts';
import type { Deployment } from './http/deployment.ts';

export interface BannerFacts {
  readonly url: string;
  readonly deployments: readonly Deployment[];
  readonly token: TokenHint;
  /** A certificate that curl must be told of, because nobody else vouches for it. */
  readonly caFile?: string | undefined;
  /** Folder of the sounds that the lines to paste send; a line whose sound is not there is left out. */
  readonly samplesDir: string;
}

export function banner({ url, deployments, token, caFile, samplesDir }: BannerFacts): string {
  const lines = ['', styleText('bold', `Serving ${deployments.map(({ title }) => title).join(', ')} on ${url}`)];
  for (const { model } of deployments) {
    if (!model.development) continue;
    lines.push(
      styleText('yellow', `  model  ${model.displayName}: its numbers mean nothing; README tells of the real one`),
    );
  }
  lines.push(`  token  ${shownToken(token)}`, `  docs   ${url}/docs`, `  demo   ${url}/demo`, '');
  for (const { algorithm, endpointId, sample, title } of deployments) {
    const path = join(samplesDir, sample);
    const field = bytesField(algorithm.requestShape);
    if (field === undefined || !existsSync(path)) continue;
    const address = `${url}/v1/projects/demo/locations/us-central1/endpoints/${endpointId}:predict`;
    lines.push(`Send a sound to ${title}:`, '', curlLine({ address, token, caFile, path, field }), '');
  }
  return lines.join('\n');
}

function shownToken(hint: TokenHint): string {
  if (hint === 'none') return '(none asked)';
  return hint === 'given-out' ? '(yours: put it into the shell variable TOKEN)' : hint.shown;
}

/** The field of an instance that is nothing but a file. */
function bytesField({ variants }: RequestShape): string | undefined {
  for (const { properties, required } of variants) {
    const [only] = required;
    if (only !== undefined && required.length === 1 && properties[only]?.kind === 'bytes') return only;
  }
  return undefined;
}

interface CurlFacts {
  readonly address: string;
  readonly token: TokenHint;
  readonly caFile: string | undefined;
  readonly path: string;
  readonly field: string;
}

/** One line that works when pasted: `base64 | tr` is the form that GNU and BSD tools share. */
function curlLine({ address, token, caFile, path, field }: CurlFacts): string {
  const trust = caFile === undefined ? '' : ` --cacert '${caFile}'`;
  const header =
    token === 'none'
      ? ''
      : token === 'given-out'
        ? ' -H "Authorization: Bearer $TOKEN"'
        : ` -H 'Authorization: Bearer ${token.shown}'`;
  return `printf '{"instances":[{"${field}":"%s"}]}' "$(base64 < ${path} | tr -d '\\n')" | curl -sS${trust}${header} -H 'Content-Type: application/json' --data-binary @- ${address}`;
}
