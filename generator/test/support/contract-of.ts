// Owns the short way from a spec folder to what emitters and lint rules read, without progress lines.
import type { Contract } from '../../src/compile.ts';
import { checkedContract } from '../../src/generate.ts';

export function contractOf(specFolder: string): Promise<Contract> {
  return checkedContract({ specFolder, runPhase: async (_name, work) => work() });
}
