// Owns the measurement of an answer's JSON against JSON.stringify of the same rows as 64-bit numbers: rows of 512 numbers,
// each seen once, both sides in turn in one process, medians. Run: node server/bench/answer.bench.ts [rounds] [--json]
import { jsonBytes } from '@predict-schemata/floats';

const ROW_LENGTH = 512;
const rounds = Number(process.argv[2] ?? 2000);

function timeMicroseconds(work: () => Buffer): { time: number; bytes: number } {
  const start = process.hrtime.bigint();
  const { length } = work();
  return { time: Number(process.hrtime.bigint() - start) / 1000, bytes: length };
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function answerOf<Row>(row: Row): object {
  return { predictions: [{ embedding: row }], deployedModelId: '1', model: 'm', modelVersionId: '1' };
}

const theirs: { time: number; bytes: number }[] = [];
const ours: { time: number; bytes: number }[] = [];
// The first turns warm up both sides and are left out.
for (let round = -rounds; round < rounds; round += 1) {
  const row = Float32Array.from({ length: ROW_LENGTH }, () => Math.random() * 2 - 1);
  const pair = {
    theirs: timeMicroseconds(() => Buffer.from(JSON.stringify(answerOf(Array.from(row))))),
    ours: timeMicroseconds(() => jsonBytes(answerOf(row))),
  };
  if (round < 0) continue;
  theirs.push(pair.theirs);
  ours.push(pair.ours);
}
const [before, after] = [theirs, ours].map((side) => median(side.map(({ time }) => time))) as [number, number]; // one each
const [most, least] = [theirs, ours].map((side) => median(side.map(({ bytes }) => bytes))) as [number, number]; // as above
if (process.argv[3] === '--json') {
  console.log(JSON.stringify({ jsonMicroseconds: before, oursMicroseconds: after, jsonBytes: most, oursBytes: least }));
} else {
  console.log(`node ${process.version}, ${rounds} rounds, median µs an answer of one row of ${ROW_LENGTH}\n`);
  console.log(`JSON.stringify ${before.toFixed(1)} µs, ${most} bytes`);
  console.log(`jsonBytes      ${after.toFixed(1)} µs, ${least} bytes`);
  console.log(`ratio          ${(before / after).toFixed(2)}×, ${((least / most) * 100).toFixed(0)} % of the bytes`);
}
