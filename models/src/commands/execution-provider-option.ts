// Owns the option by which a command is told what computes, as the server's of the same name. Must not know the commands.
import { CPU } from '@predict-schemata/execution-providers';
import { Option } from 'commander';

export function executionProviderOption(): Option {
  return new Option(
    '--execution-provider <name>',
    'what computes: cpu, or another execution provider that onnxruntime finds here (cuda, webgpu, coreml, …)',
  ).default(CPU);
}
