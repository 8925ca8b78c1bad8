// Owns what a person reads when the mock listens: where it is, and a line to paste for each algorithm.
import { existsSync } from 'node:fs';
import { styleText } from 'node:util';
import { type AlgorithmContract, bytesField } from './contract.ts';
import { endpointIdOf } from './engine/address.ts';
import type { MockOptions } from './options.ts';
import { VIOLATIONS_PATH } from './proxy/proxy-call.ts';

export function banner(url: string, contracts: readonly AlgorithmContract[], options: MockOptions): string {
  const titles = contracts.map(({ title }) => title).join(', ');
  const { proxy, record, token = 'any-token' } = options;
  const what =
    proxy === undefined ? `Mock of ${titles} on ${url}` : `Validation proxy before ${proxy.origin} on ${url}`;
  const lines = ['', styleText('bold', what)];
  if (record !== undefined) lines.push(`  record ${record}`);
  if (proxy !== undefined)
    return [...lines, `  violations are shown here and counted under ${url}${VIOLATIONS_PATH}`, ''].join('\n');
  lines.push('  model  none: its numbers are made up from the clip, the same for the same clip');
  lines.push(
    `  token  ${options.token === undefined ? 'any bearer token' : 'the one of --token'}`,
    `  docs   ${url}/docs`,
    '',
  );
  for (const contract of contracts) {
    const field = bytesField(contract.shape);
    const sample = `fixtures/${contract.sample}`;
    if (field === undefined || contract.sample === undefined || !existsSync(sample)) continue;
    const endpoint = endpointIdOf(contract, options);
    const address = `${url}/v1/projects/${options.project ?? 'demo'}/locations/${options.location ?? 'us-central1'}/endpoints/${endpoint}:predict`;
    lines.push(
      `Send a sound to ${contract.title}:`,
      '',
      `printf '{"instances":[{"${field}":"%s"}]}' "$(base64 < ${sample} | tr -d '\\n')" | curl -sS -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/json' --data-binary @- ${address}`,
      '',
    );
  }
  return lines.join('\n');
}
