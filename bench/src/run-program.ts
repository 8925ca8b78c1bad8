// Owns programs that run to their end and print their result. Must not know what they compute.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Gives the standard output. Throws Error with the program's last words when it fails. */
export async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text: Buffer) => {
    stdout += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    stderr += text;
  });
  const [code] = await once(child, 'close');
  if (code === 0) return stdout;
  const lastWords = stderr.trim().split('\n').slice(-3).join('\n');
  throw new Error(`${program} ${args[0]} ${args[1] ?? ''} ended with ${code}: ${lastWords}`);
}
