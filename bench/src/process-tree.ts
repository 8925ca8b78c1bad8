// Owns programs under measurement with all that they start: their processor time and memory from /proc (Linux), and their end.
// Members are found by a variable of their environment, which children inherit: some peers start processes that leave both
// the process group and the parent. Must not know what the programs do.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';

const MARKER = 'PREDICT_SCHEMATA_BENCH_RUN';
/** USER_HZ, which Linux fixes for all its architectures that Node runs on. */
const TICKS_PER_SECOND = 100;
const END_LIMIT_MS = 10_000;

export interface ProgramOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Gets both outputs. */
  readonly logFile: string;
  /** How long members may take to end when asked; 10 s by default. */
  readonly endLimitMs?: number;
}

export interface Program extends AsyncDisposable {
  /** False once the first process has ended. */
  running(): boolean;
  /** Processor time of all members so far, those that have ended included, in milliseconds; exact to 10 ms. */
  cpuMs(): number;
  processes(): number;
  /** Asks all members to end (SIGTERM), then ends who is left. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Throws where there is no /proc to read. */
export function startProgram({ command, args, cwd, env, logFile, endLimitMs = END_LIMIT_MS }: ProgramOptions): Program {
  if (process.platform !== 'linux')
    throw new Error('Expected Linux, whose /proc tells the processor time of programs.');
  const run = randomUUID();
  const log = openSync(logFile, 'w');
  const child = spawn(command, args, {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env, [MARKER]: run },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  let failed = false;
  child.once('error', () => {
    failed = true;
  });
  const members = () => membersOf(run);
  return {
    running: () => !failed && child.exitCode === null && child.signalCode === null,
    cpuMs: () => members().reduce((sum, pid) => sum + cpuTicks(pid), 0) * (1000 / TICKS_PER_SECOND),
    processes: () => members().length,
    async [Symbol.asyncDispose]() {
      for (const pid of members()) signal(pid, 'SIGTERM');
      const deadline = performance.now() + endLimitMs;
      while (members().length > 0) {
        if (performance.now() > deadline) for (const pid of members()) signal(pid, 'SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  };
}

function membersOf(run: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => readProc(pid, 'environ').includes(`${MARKER}=${run}`));
}

/** utime, stime, cutime and cstime: proc_pid_stat(5), fields 14 to 17. The name before them may hold spaces and brackets. */
function cpuTicks(pid: number): number {
  const stat = readProc(pid, 'stat');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0);
}

/** Empty when the process has ended meanwhile or belongs to another user. */
function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself.
  }
}
