// Owns how the server logs: JSON lines on standard error, readable lines on a terminal. Audio and tokens never reach a log.
import { isatty } from 'node:tty';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';
import { createLogSink, type LogSink } from './log-sink.ts';

export type { Logger } from 'pino';

const STDERR = 2;
/** Of the one standard error that a process has. */
let dropped = 0;

/** Lines that this process left out of its log, because nobody read it. */
export function droppedLogLines(): number {
  return dropped;
}

/** A logger for `level`; `silent` writes nothing. */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    hooks: { streamWrite: withoutTokens },
    timestamp: pino.stdTimeFunctions.isoTime,
  };
  const stream = isatty(STDERR)
    ? pretty({
        destination: STDERR,
        colorize: process.env['NO_COLOR'] === undefined,
        translateTime: 'SYS:HH:MM:ss.l',
        singleLine: true,
        sync: true,
      })
    : stderrSink();
  return pino(options, stream);
}

/** A member whose name says that a token is its value, at any depth of a line. */
const TOKEN_MEMBER = /"(token|bearer_?token|authorization)":"(?:[^"\\]|\\.)*"/gi;

/** Defence in depth: nothing logs tokens on purpose. On the finished line, since pino's own `redact` takes longer than all the rest of it. */
export function withoutTokens(line: string): string {
  return line.replace(TOKEN_MEMBER, '"$1":"[Redacted]"');
}

/** A reader that stalls must not stop the server, and one that has gone must not keep it from ending. */
function stderrSink(): LogSink {
  const sink = createLogSink(process.stderr, {
    droppedLine: (count) =>
      `${JSON.stringify({ level: 40, time: new Date().toISOString(), dropped: count, msg: 'lines were left out here, because nobody read the log' })}\n`,
    onDrop: () => {
      dropped += 1;
    },
  });
  process.on('exit', () => sink.flushSync());
  return sink;
}
