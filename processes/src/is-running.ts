// Owns the question whether a process of this machine is there. Must not know why it is asked.

/** Whether a process has this id now, which may be another one than had it once. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process may not be signalled, and is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
