// Owns the command line: `node models/src/main.ts COMMAND`. A sub-command is one file in commands/ and one line here.
import { Command } from 'commander';
import pc from 'picocolors';
import { buildDevelopmentCommand } from './commands/build-development.ts';

const program = new Command('model').description('Builds ONNX model files.').addCommand(buildDevelopmentCommand());

try {
  await program.parseAsync();
} catch (error) {
  console.error(pc.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
}
