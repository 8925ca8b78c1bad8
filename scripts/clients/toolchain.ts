// Owns whether a language can be built and run on this machine. Must not know a language.
import type { Language } from './language.ts';
import { runCommand } from './run-command.ts';

/** What is missing here, empty when all is there. */
export async function missingTools({ folder, toolchain }: Language): Promise<string[]> {
  const missing = await Promise.all(
    toolchain.map(async ({ needs, check }) => {
      const { code } = await runCommand(check, { folder, timeoutMs: 60_000 });
      return code === 0 ? [] : [needs];
    }),
  );
  return missing.flat();
}
