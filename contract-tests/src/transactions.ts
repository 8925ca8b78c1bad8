// Owns the documented calls of an algorithm, as `generated/transactions/` has them, and their form as a case's request. Must not
// know who sends them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseRequest } from './case-file.ts';
import { repositoryRoot } from './repository-root.ts';

/** What a server must be made to do before the call; `container` alone matters to calls of the container's routes only. */
export type TransactionSetup = Readonly<Record<string, unknown>>;

export interface Transaction {
  readonly operationId: string;
  readonly status: number;
  /** The example's name in the document. */
  readonly example: string;
  readonly summary: string;
  readonly setup?: TransactionSetup;
  readonly method: string;
  readonly path: string;
  /** Over the usual ones; null leaves one out. */
  readonly headers: Readonly<Record<string, string | null>>;
  readonly body?: unknown;
  /** A body that is no JSON. */
  readonly base64?: string;
  /** Bytes of tensor data behind the body. */
  readonly zeroBytes?: number;
  /** The body begins and never ends. */
  readonly unfinished?: boolean;
}

/** Reads `generated/transactions/NAME.json`. */
export async function readTransactions(algorithm: string): Promise<readonly Transaction[]> {
  const file = join(repositoryRoot, 'generated', 'transactions', `${algorithm}.json`);
  // The generator writes this form.
  return (JSON.parse(await readFile(file, 'utf8')) as { transactions: Transaction[] }).transactions;
}

export function nameOf({ operationId, status, example }: Transaction): string {
  return `${operationId} ${status} ${example}`;
}

export function requestOf({ method, path, headers, body, base64, zeroBytes }: Transaction): CaseRequest {
  return {
    method,
    path,
    headers,
    ...(body !== undefined && { json: body }),
    ...(base64 !== undefined && { base64 }),
    ...(zeroBytes !== undefined && { floats: { count: zeroBytes / Float32Array.BYTES_PER_ELEMENT } }),
  };
}
