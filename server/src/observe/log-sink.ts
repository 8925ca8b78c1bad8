// Owns how log lines leave the process without ever holding it up: gathered for one turn of the event loop, written in one piece,
// kept in a bounded buffer while nobody reads, dropped and counted above that. Must not know what a line says.
import type { Writable } from 'node:stream';

/** Some thousands of lines: a reader that is behind by more has stalled. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;
/** Longest wait at the end of the process for a reader that is slow. One that has stalled gets no more. */
const FLUSH_LIMIT_MS = 500;

export interface LogSink {
  /** Takes one line with its line end; drops it when the buffer is full or the reader has gone. */
  write(line: string): void;
  /** Calls back when everything that was taken is out, or cannot get out in time. */
  flush(done: () => void): void;
  /** Hands over what this turn has gathered; a pipe that has room takes it before this returns. For lines before an abrupt end. */
  flushSync(): void;
}

export interface LogSinkOptions {
  readonly maxBufferedBytes?: number;
  readonly flushLimitMs?: number;
  /** The line that tells of `count` lines that were dropped. */
  readonly droppedLine: (count: number) => string;
  /** Called for each line that is dropped, also once the reader has gone. */
  readonly onDrop?: () => void;
}

/** Writes to `stream`, whose buffer nobody else fills. Node writes to pipes without waiting, and to files at once. */
export function createLogSink(stream: Writable, options: LogSinkOptions): LogSink {
  const { maxBufferedBytes = MAX_BUFFERED_BYTES, flushLimitMs = FLUSH_LIMIT_MS, droppedLine, onDrop } = options;
  let gathered = '';
  let dropped = 0;
  let gone = false;
  // Whoever read the log may end before the server does: then there is nobody to tell.
  stream.on('error', () => {
    gone = true;
    gathered = '';
  });
  stream.on('drain', () => {
    if (dropped > 0) writeOut();
  });

  const writeOut = (): void => {
    if (gone) return;
    if (dropped > 0) {
      gathered += droppedLine(dropped);
      dropped = 0;
    }
    const text = gathered;
    gathered = '';
    if (text !== '') stream.write(text);
  };

  return {
    write(line) {
      const full = stream.writableLength + gathered.length + line.length > maxBufferedBytes;
      if (gone || full) {
        dropped += 1;
        onDrop?.();
        return;
      }
      // One write for all lines of a turn: a system call costs more than a line.
      if (gathered === '') setImmediate(writeOut);
      gathered += line;
    },
    flush(done) {
      writeOut();
      if (gone || stream.writableLength === 0) {
        done();
        return;
      }
      const finish = (): void => {
        clearTimeout(timer);
        stream.off('error', finish);
        done();
      };
      const timer = setTimeout(finish, flushLimitMs);
      stream.once('error', finish);
      // Its callback comes in its turn, behind all that was written before.
      stream.write('', finish);
    },
    flushSync: writeOut,
  };
}
