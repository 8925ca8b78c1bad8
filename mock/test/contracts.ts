// Owns contracts for the mock's tests: the first algorithm's, and a copy of it under another name as a second algorithm.
import { type AlgorithmContract, readContracts } from '../src/contract.ts';
import { isObject, mapTexts } from '../src/json.ts';

export async function hearLike(): Promise<AlgorithmContract> {
  const [contract] = await readContracts();
  if (contract === undefined) throw new Error('The contract has no algorithm.');
  return contract;
}

/** The same contract as an algorithm of another name. */
export async function renamed(name: string): Promise<AlgorithmContract> {
  const contract = await hearLike();
  const document = mapTexts(contract.document, (text) =>
    text.replace(new RegExp(`(?<=/(endpoints|models|schemata)/)${contract.name}\\b`, 'g'), name),
  );
  if (!isObject(document)) throw new Error('A document is an object.');
  return { ...contract, name, title: name.toUpperCase(), document };
}
