// Owns the priority of the calling thread. Must not know what the thread does.
import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';

/** Enough for the HTTP thread to run at once when something comes, while other processes leave a third of a shared processor. */
const NICENESS = 5;

/**
 * Lets threads of normal priority go first: for one that computes for long, so that requests and health checks are answered in
 * between. Linux alone has a priority for each thread (setpriority(2), NOTES); elsewhere, and where it may not be changed, nothing
 * happens.
 */
export function yieldToOtherThreads(): void {
  if (process.platform !== 'linux') return;
  try {
    // PROCESS/task/THREAD
    const threadId = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(threadId, Math.min(getPriority(threadId) + NICENESS, constants.priority.PRIORITY_LOW));
  } catch {
    // A sandbox without /proc or this call: slower answers to health checks are all that is lost.
  }
}
