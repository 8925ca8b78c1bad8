// Owns the sub-command that turns downloaded weights into a model to serve. Must not know how.
import { styleText } from 'node:util';
import { demandExecutionProvider } from '@predict-schemata/execution-providers';
import { SingleBar } from 'cli-progress';
import { Command, Option } from 'commander';
import { importHear } from '../hear/import-hear.ts';
import { describeMachine, recommendVariant, toAdviceLines } from '../recommend-variant.ts';
import { measureSpeedup } from '../speed/peak.ts';
import { measureSlices } from '../speed/slice.ts';
import { VARIANTS, type Variant } from '../vit/arithmetic.ts';
import { FORM_NAMES, type FormName } from '../vit/form.ts';
import { demandFolderOf } from './existing-folder.ts';

interface Options {
  readonly out: string;
  readonly variant: Variant;
  readonly form: FormName;
}

/** `import DIR --out FILE [--variant NAME] [--form NAME]`. Prints the files, their sizes and the SHA-256 of the model. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'Turn a download of google/hear-pytorch into one ONNX model: front end and transformer, weights beside it.',
    )
    .argument('<dir>', 'folder with config.json and model.safetensors, or its index and shards')
    .requiredOption('--out <file>', 'ONNX file to write; replaced when it exists')
    .addOption(
      new Option('--variant <name>', 'fp32: exact; fp16: for GPUs; int8: for CPUs with 8-bit dot products')
        .choices(VARIANTS)
        .default('fp32'),
    )
    .addOption(
      new Option('--form <name>', 'plain: operators that are fastest on CPUs; fused: those for GPUs, in fp32 or fp16')
        .choices(FORM_NAMES)
        .default('plain'),
    )
    .action(runImport);
}

async function runImport(dir: string, { out, variant, form }: Options): Promise<void> {
  demandFolderOf('--out', out);
  // It draws on a terminal only.
  const bar = new SingleBar({ format: '{bar} {percentage} % | {value} of {total} tensors', clearOnComplete: true });
  const start = performance.now();
  try {
    const { bytes, sha256, dataName, dataBytes, parameters } = await importHear({
      folder: dir,
      out,
      variant,
      form,
      onProgress: (done, total) => (done === 0 ? bar.start(total, 0) : bar.update(done)),
    });
    bar.stop();
    console.log(`${styleText('bold', out)}  ${bytes} bytes, ${variant}, ${form}, ${parameters} parameters`);
    console.log(`${styleText('bold', dataName)}  ${dataBytes} bytes, beside it: keep both together`);
    console.log(`sha256 ${sha256}`);
    console.log(`${((performance.now() - start) / 1000).toFixed(1)} s. Serve it: npm start -- --model ${out}`);
    const advice = await recommendVariant(describeMachine(), {
      speedup: measureSpeedup,
      demandProvider: demandExecutionProvider,
      slices: measureSlices,
    });
    for (const line of toAdviceLines({ variant, form }, advice)) console.log(line);
  } finally {
    bar.stop();
  }
}
