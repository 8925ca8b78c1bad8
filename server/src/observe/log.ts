// Owns how the server logs: JSON lines on standard error, readable lines on a terminal. Audio and tokens never reach a log.
import { isatty } from 'node:tty';
import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

const STDERR = 2;

/** A logger for `level`; `silent` writes nothing. */
export function createLogger(level: string): Logger {
  const options = {
    level,
    base: null,
    // Defence in depth: nothing logs these on purpose.
    redact: [
      'token',
      'bearer_token',
      'bearerToken',
      'authorization',
      '*.authorization',
      '*.bearer_token',
      '*.bearerToken',
      'headers.authorization',
    ],
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
    : // Written at once: sonic-boom 4.2 repeats what it could not flush for ever when the reader of the log has gone, and a
      // process that ends would never end.
      pino.destination({ dest: STDERR, sync: true });
  return pino(options, stream);
}
