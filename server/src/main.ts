// Owns the process: arguments, environment, signals, exit codes and what a person reads at the start. The only file that
// touches `process`.
import { isatty } from 'node:tty';
import { CommanderError } from 'commander';
import { startAuth } from './auth/start-auth.ts';
import { banner } from './banner.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { collectSeldom } from './garbage-collection.ts';
import { stuckThreads } from './infer/worker-handle.ts';
import { createLogger, type Logger } from './observe/log.ts';
import { type RunningServer, serve } from './serve.ts';

/** Exit code of a start that its settings or its model file make impossible; sysexits' EX_CONFIG. */
const EX_CONFIG = 78;

/** The sounds that the printed curl lines send. */
const SAMPLES_DIR = 'fixtures';

/** Runs the server until a signal ends it. `prepare` comes first, once the settings are known to be usable. */
export async function main(
  args: readonly string[],
  prepare: (config: Config) => Promise<unknown> = async () => {},
): Promise<void> {
  collectSeldom();
  const config = settingsOrExit(args);
  const log = createLogger(config.logLevel);
  // Whoever read the greeting may be gone (`npm start | head -5`); the server is not there for them alone.
  process.stdout.on('error', () => {});
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection: this is a bug');
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  });
  let server: RunningServer | undefined;
  let ending = () => false;
  try {
    await prepare(config);
    const { gate, hint } = await startAuth(config, log);
    server = await serve(config, log, gate);
    const { url, adminUrl } = server;
    log.info({ url, ...(adminUrl && { adminUrl }), container: config.container }, 'listening');
    ending = listenToSignals(server, log);
    await server.ready;
    log.info('ready');
    if (!config.container) console.log(banner({ ...server, token: hint, samplesDir: SAMPLES_DIR }));
  } catch (error) {
    // A start that a signal interrupts is not one that failed.
    if (ending()) return;
    await server?.close();
    console.error(startProblem(error));
    endProcess(EX_CONFIG, log);
  }
}

function settingsOrExit(args: readonly string[]): Config {
  try {
    return readConfig(args, process.env);
  } catch (error) {
    if (error instanceof CommanderError) process.exit(error.exitCode);
    if (!(error instanceof ConfigError)) throw error;
    console.error(startProblem(error));
    return process.exit(EX_CONFIG);
  }
}

/** A terminal's Ctrl-C reaches the process twice under npm, from the terminal and from npm: what comes this soon is one wish. */
const SAME_WISH_MS = 1_000;

/** The first signal drains; whoever sends another one later does not want to wait. Gives whether one has come. */
function listenToSignals(server: RunningServer, log: Logger): () => boolean {
  let firstAtMs: number | undefined;
  // Asked before the terminal is gone.
  const inTerminal = isatty(0);
  const end = (): void => {
    if (firstAtMs !== undefined) {
      if (performance.now() - firstAtMs > SAME_WISH_MS) endProcess(1, log);
      return;
    }
    firstAtMs = performance.now();
    void server.drain().then(() => endProcess(undefined, log));
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // A terminal that closes sends it to say that the user has gone; without a terminal it is the operator's word for a reload.
  process.on('SIGHUP', () => {
    if (inTerminal) return end();
    log.info('SIGHUP: looking at the models again');
    // Each model's outcome is in the log; it rejects only when the server ends meanwhile.
    server.reload().catch(() => {});
  });
  return () => firstAtMs !== undefined;
}

/** Ends the process even while a thread hangs in native code, for which process.exit would wait for ever. */
function endProcess(code: number | undefined, log: Logger): void {
  const threads = stuckThreads();
  if (threads > 0)
    log.fatal(
      { threads },
      'worker threads hang in native code and cannot be ended: the process ends itself with SIGKILL',
    );
  log.flush(() => (threads === 0 ? process.exit(code) : process.kill(process.pid, 'SIGKILL')));
}

const NO_ADDRESS =
  'Expected an address of this machine after --host, got another one. Give 127.0.0.1 for this machine alone, 0.0.0.0 for all of its addresses, or one of them.';

/** What keeps a server from listening, by the system's word for it. */
const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'The port is taken by another program. Stop that one, or choose another port with --port, --metrics-port or --admin-port (0 picks a free one).',
  EACCES: 'The port may not be opened. Choose one above 1023 with --port.',
  EADDRNOTAVAIL: NO_ADDRESS,
  EINVAL: NO_ADDRESS,
  ENOTFOUND: NO_ADDRESS,
  EAI_AGAIN: NO_ADDRESS,
};

function startProblem(error: unknown): string {
  if (error instanceof ConfigError) return `The settings are not usable:\n${error.message}`;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return LISTEN_PROBLEMS[code] ?? (error instanceof Error ? error.message : String(error));
}

if (import.meta.main) await main(process.argv.slice(2));
