// Owns what a person sees of the checks of a URL. Must not know how they are made.
import { algorithmNames } from '@predict-schemata/generated/ts/algorithms.gen.ts';
import { checkProfile } from '../conformance/profile.ts';
import { readContract } from '../contract.ts';
import { writeReport } from '../report/report.ts';
import { gapsOf, type Table } from '../report/table.ts';
import { textReport } from '../report/text.ts';
import { checkUrl, type Finding, serves } from './check-url.ts';
import type { ContractOptions } from './options.ts';

type UrlOptions = ContractOptions & { readonly url: URL };
type Print = (text: string) => void;

/** Lines of a finding that are shown; Schemathesis writes pages. */
const LONGEST_FINDING = 60;

/** Checks a server by the whole contract. Gives whether all is well. */
export async function reportUrl(options: UrlOptions, print: Print): Promise<boolean> {
  const url = options.url.origin;
  const served = await algorithmsOf(url);
  const algorithms = options.algorithm === undefined ? served : [options.algorithm];
  const alone = served.length === 1;
  const tables: Table[] = [];
  const found: Finding[] = [];
  for (const algorithm of algorithms) {
    const result = await checkUrl({ ...options, url, algorithm, alone }, (text) => print(`▶ ${algorithm}: ${text}`));
    tables.push(result.table);
    found.push(...result.findings);
    for (const { check, name, problems } of result.findings) {
      const lines = problems.flatMap((problem) => problem.split('\n'));
      print(
        `✗ ${check}: ${name}\n${lines
          .slice(0, LONGEST_FINDING)
          .map((line) => `    ${line}`)
          .join('\n')}`,
      );
    }
    for (const [reason, names] of result.leftOut) print(`- ${names.length} cases left out: ${reason}`);
    for (const [check, count] of result.made) {
      const failed = result.findings.filter((finding) => finding.check === check).length;
      print(`${failed === 0 ? '✓' : '✗'} ${check}: ${count} made, ${failed} with findings`);
    }
    print(`\n${textReport(result.table)}\n`);
  }
  const lines = found.map(({ check, name, problems }) => `${check}: ${name}: ${problems.join('; ').slice(0, 1000)}`);
  print(`The page: ${await writeReport(tables, [{ title: 'Findings', lines }])}`);
  return found.length === 0 && tables.flatMap(gapsOf).length === 0;
}

/** Holds an endpoint to its algorithm's conformance profile. Gives whether it meets all that it must. */
export async function reportProfile(options: UrlOptions, print: Print): Promise<boolean> {
  const algorithm = options.algorithm ?? algorithmNames[0];
  const { checkPrediction } = await readContract(algorithm);
  const results = await checkProfile(
    algorithm,
    { predictUrl: predictUrlOf(options.url), token: options.token },
    checkPrediction,
  );
  for (const { requirement, problems, leftOut } of results) {
    const { name, level, why } = requirement;
    if (leftOut !== undefined) print(`- ${level}: ${name}: left out, ${leftOut}`);
    else if (problems.length === 0) print(`✓ ${level}: ${name}`);
    else print(`✗ ${level}: ${name}\n    ${why}\n${problems.map((problem) => `    ${problem}`).join('\n')}`);
  }
  const failed = (level: string) =>
    results.filter((one) => one.requirement.level === level && one.problems.length > 0).length;
  const met = results.filter(({ problems, leftOut }) => problems.length === 0 && leftOut === undefined).length;
  print(
    `${algorithm}: ${met} of ${results.length} met, ${failed('must')} that it must not met, ${failed('should')} that it should`,
  );
  return failed('must') === 0;
}

/** An endpoint's resource is called by its verb; any other address is taken as it is. */
function predictUrlOf(url: URL): string {
  return /\/endpoints\/[^/:]+$/.test(url.pathname) ? `${url.href}:predict` : url.href;
}

async function algorithmsOf(url: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of algorithmNames) if (await serves(url, name)) found.push(name);
  if (found.length === 0) {
    throw new Error(
      `Expected a server with one of the algorithms ${algorithmNames.join(', ')}, but ${url}/schemata/NAME/instance.yaml answers for none of them. Check the address; an endpoint that is not ours is checked with --profile.`,
    );
  }
  return found;
}
