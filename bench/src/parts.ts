// Owns the figures of parts of the server, which its own benches in server/bench/ measure. Must not repeat them.
import { join } from 'node:path';
import { run } from './run-program.ts';

const BENCHES = join(import.meta.dirname, '..', '..', 'server', 'bench');

/** Parsing one clip: JSON.parse with typed arrays made of its result, and ours. */
export interface ParseFigures {
  readonly name: string;
  readonly bytes: number;
  readonly jsonMicroseconds: number;
  readonly oursMicroseconds: number;
}

/** Writing an answer of one row: JSON.stringify, and ours. */
export interface AnswerFigures {
  readonly jsonMicroseconds: number;
  readonly oursMicroseconds: number;
  readonly jsonBytes: number;
  readonly oursBytes: number;
}

export interface PartFigures {
  readonly parsing: readonly ParseFigures[];
  readonly answer: AnswerFigures;
}

export async function measureParts(rounds: number): Promise<PartFigures> {
  const bench = async (file: string): Promise<unknown> =>
    JSON.parse(await run(process.execPath, [join(BENCHES, file), String(rounds), '--json']));
  // The forms that both benches print with --json.
  return {
    parsing: (await bench('parse.bench.ts')) as ParseFigures[],
    answer: (await bench('answer.bench.ts')) as AnswerFigures,
  };
}
