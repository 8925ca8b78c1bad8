// Owns a module that runs as a process of its own and does one job at a time: a job goes there as a message, its result comes back
// as one. Work that is measured, or that measures, stays out of the process that directs it.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

export class JobProcess<Job extends object, Result> implements AsyncDisposable {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when the module has called `serveJobs`. Rejects when it ends before. */
  static async start<Job extends object, Result>(
    module: URL,
    args: readonly string[] = [],
  ): Promise<JobProcess<Job, Result>> {
    const started = new JobProcess<Job, Result>(fork(module, args));
    await started.#message();
    return started;
  }

  /** Rejects when the process ends. */
  async run(job: Job): Promise<Result> {
    this.#child.send(job);
    // serveJobs sends what the module's handler gives, whose type its caller has named.
    return (await this.#message()) as Result;
  }

  async #message(): Promise<unknown> {
    const child = this.#child;
    const ended = new AbortController();
    const onExit = (): void => ended.abort();
    child.once('exit', onExit);
    try {
      const [message] = await once(child, 'message', { signal: ended.signal });
      return message;
    } catch {
      throw new Error('A process of the measurement ended in the middle: see its output above.');
    } finally {
      child.off('exit', onExit);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill();
    await exited;
  }
}

/** For the module itself: handles each job in turn until the process is ended. A handler that fails ends the process. */
export function serveJobs<Job>(handle: (job: Job) => Promise<unknown>): void {
  process.on('message', (job: Job) => {
    void handle(job).then((result) => process.send?.(result));
  });
  process.on('disconnect', () => process.exit());
  process.send?.('ready');
}
