// Owns `npm run token`: the token command in this process.
import { runTokenCommand } from '../server/src/auth/token-command.ts';

process.exitCode = await runTokenCommand(process.argv.slice(2), {
  write: (text) => process.stdout.write(text),
  tell: (text) => process.stderr.write(text),
  env: process.env,
  nowMs: Date.now,
});
