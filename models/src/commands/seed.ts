// Owns the sub-command that writes seeded weights in the form of a download, to try the importer without one.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { HEAR_CONFIG, SMALL_HEAR_CONFIG, UNTRAINED_FIELD } from '../hear/shape.ts';
import { FLOAT_TYPES, type FloatType } from '../safetensors/element-types.ts';
import { writeCheckpoint } from '../safetensors/write.ts';
import { readVitConfig } from '../vit/config.ts';
import { seededValues } from '../vit/seeded.ts';
import { vitTensors } from '../vit/tensors.ts';

const SIZES = { full: HEAR_CONFIG, small: SMALL_HEAR_CONFIG } as const;

interface Options {
  readonly out: string;
  readonly size: keyof typeof SIZES;
  readonly type: FloatType;
  readonly files: number;
  readonly seed: number;
}

/** `seed --out DIR`: config.json and safetensors in HeAR's architecture, with seeded numbers instead of trained ones. */
export function seedCommand(): Command {
  return new Command('seed')
    .description('Write seeded weights in the architecture of google/hear-pytorch, to try import, verify and bench.')
    .requiredOption('--out <dir>', 'folder to write, 1.2 GB in full size; made when missing')
    .addOption(
      new Option('--size <name>', 'full: as HeAR; small: 2 layers, 64 hidden')
        .choices(['full', 'small'])
        .default('full'),
    )
    .addOption(new Option('--type <name>', 'element type').choices(FLOAT_TYPES).default('F32'))
    .addOption(new Option('--files <count>', 'files to spread the tensors over').default(1).argParser(wholeNumber(1)))
    .addOption(new Option('--seed <number>', 'other numbers for another seed').default(1).argParser(wholeNumber(0)))
    .action(writeSeeded);
}

function writeSeeded({ out, size, type, files, seed }: Options): void {
  const config = { ...SIZES[size], [UNTRAINED_FIELD]: true };
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const tensors = vitTensors(readVitConfig(text));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'config.json'), text);
  writeCheckpoint(
    out,
    tensors.map((tensor) => ({ ...tensor, values: () => seededValues(tensor, seed) })),
    { type, files },
  );
  console.log(`${out}  ${tensors.length} tensors. Import it: npm run model -- import ${out} --out FILE`);
}

function wholeNumber(lowest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < lowest || value > 0xffffffff)
      throw new Error(`expected a whole number from ${lowest}, got ${text}`);
    return value;
  };
}
