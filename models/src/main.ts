// Owns the command line: `node models/src/main.ts COMMAND`. A sub-command is one file in commands/ and one line here.
import { styleText } from 'node:util';
import { Command } from 'commander';
import { adoptCommand } from './commands/adopt.ts';
import { benchCommand } from './commands/bench.ts';
import { buildDevelopmentCommand } from './commands/build-development.ts';
import { importCommand } from './commands/import.ts';
import { seedCommand } from './commands/seed.ts';
import { verifyCommand } from './commands/verify.ts';

const program = new Command('model')
  .description('Builds ONNX model files.')
  .addCommand(buildDevelopmentCommand())
  .addCommand(importCommand())
  .addCommand(adoptCommand())
  .addCommand(seedCommand())
  .addCommand(verifyCommand())
  .addCommand(benchCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(styleText('red', error instanceof Error ? error.message : String(error), { stream: process.stderr }));
  process.exitCode = 1;
}
