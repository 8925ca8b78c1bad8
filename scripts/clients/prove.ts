// Owns proving one client: build, the language's own checks, the cases of every client through its driver. Must not know a language.
import type { CaseVerdict, Conformance } from '../../contract-tests/src/clients/conformance.ts';
import type { DriverCommand } from '../../contract-tests/src/clients/driver-process.ts';
import { type CommandLine, type Language, REPOSITORY } from './language.ts';
import { environmentOf, filled, runCommand } from './run-command.ts';

export interface Proof {
  readonly verdicts: readonly CaseVerdict[];
  /** The first command that failed, with the end of its output. */
  readonly failure?: string;
}

/** @throws nothing: what goes wrong is part of the proof */
export async function prove(
  language: Language,
  conformance: Conformance,
  report: (line: string) => void = () => {},
): Promise<Proof> {
  const failure =
    (await buildFailure(language)) ?? (await firstFailure(language, language.test ?? [], conformance.valuesForTests()));
  // A client that cannot be built has no driver.
  if (failure !== undefined) return { verdicts: [], failure };
  const verdicts = await conformance.run(
    { name: language.name, lacks: language.lacks ?? {}, driver: driverOf(language) },
    ({ case: name, target, problems }) => {
      if (problems.length > 0) report(`  ✗ ${name} (${target})\n      ${problems.join('\n      ')}`);
    },
  );
  return { verdicts };
}

/** Builds a client; what failed, if anything did. */
export function buildFailure(language: Language): Promise<string | undefined> {
  return firstFailure(language, language.build ?? []);
}

export function driverOf({ driver, folder }: Language): DriverCommand {
  return { command: filled(driver, { root: REPOSITORY }), folder, env: environmentOf(folder) };
}

async function firstFailure(
  { folder }: Language,
  commands: readonly CommandLine[],
  values: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  for (const command of commands) {
    const { code, output } = await runCommand(command, { folder, values });
    if (code !== 0) return `${command.join(' ')} ended with ${code}:\n${output.slice(-6000)}`;
  }
  return undefined;
}
