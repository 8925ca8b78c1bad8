// Owns the end of a whole call of the user's: its deadline, its cancelling, its first failure. Must
// not know what is called.
package predictschemata;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import okhttp3.Call;
import okhttp3.Response;
import predictschemata.PredictException.Facts;

/** Closing it ends what is still under way. */
final class Scope implements AutoCloseable {
  private final Duration deadline;
  private final long endsAtNanos;
  private final Set<Call> calls = ConcurrentHashMap.newKeySet();

  /** Threads that may wait for something other than a call; guarded by itself. */
  private final Set<Thread> workers = new HashSet<>();

  /** Done when the caller gave up, or there is nothing more to wait for. */
  private final CompletableFuture<Void> over = new CompletableFuture<>();

  Scope(Duration deadline) {
    this.deadline = deadline;
    this.endsAtNanos = System.nanoTime() + deadline.toNanos();
  }

  long leftNanos() {
    return endsAtNanos - System.nanoTime();
  }

  @Override
  public void close() {
    over.complete(null);
    calls.forEach(Call::cancel);
    synchronized (workers) {
      workers.forEach(Thread::interrupt);
    }
  }

  /**
   * Executes a call that ends with this scope. The answer's body is read by the caller within it.
   */
  <T> T during(Call call, AnswerReader<T> reader) throws IOException {
    throwIfOver(null);
    call.timeout().timeout(Math.max(1, leftNanos()), TimeUnit.NANOSECONDS);
    calls.add(call);
    try {
      // It may have ended before it could see the call.
      throwIfOver(null);
      try (Response response = call.execute()) {
        return reader.read(response);
      }
    } finally {
      calls.remove(call);
    }
  }

  /** What becomes of an answer. */
  interface AnswerReader<T> {
    T read(Response response) throws IOException;
  }

  /** Work on this thread, one of {@link Parallel}, which is interrupted when the scope ends. */
  <T> T interruptibly(Work<T> work) {
    synchronized (workers) {
      throwIfOver(null);
      workers.add(Thread.currentThread());
    }
    try {
      return work.result();
    } catch (InterruptedException cause) {
      throw new PredictException.Cancelled("The call was cancelled.", Facts.NONE, cause);
    } finally {
      synchronized (workers) {
        workers.remove(Thread.currentThread());
        // The thread's next work is another call's.
        Thread.interrupted();
      }
    }
  }

  /** What may wait. */
  interface Work<T> {
    T result() throws InterruptedException;
  }

  /** Returns after that time. */
  void pause(long nanos) {
    try {
      over.get(Math.min(nanos, Math.max(0, leftNanos())), TimeUnit.NANOSECONDS);
    } catch (TimeoutException passed) {
      // As it should.
    } catch (ExecutionException impossible) {
      throw new AssertionError("This is a bug: the end of a call failed.", impossible);
    } catch (InterruptedException cause) {
      throw interrupted(cause);
    }
    throwIfOver(null);
  }

  /** The result of work on other threads. */
  <T> T await(CompletableFuture<T> work) {
    try {
      CompletableFuture.anyOf(work, over).get(Math.max(0, leftNanos()), TimeUnit.NANOSECONDS);
      if (!work.isDone()) throwIfOver(null);
      return work.get();
    } catch (TimeoutException passed) {
      close();
      throw deadlineException(passed);
    } catch (InterruptedException cause) {
      throw interrupted(cause);
    } catch (ExecutionException failure) {
      if (failure.getCause() instanceof RuntimeException cause) throw cause;
      if (failure.getCause() instanceof Error cause) throw cause;
      throw new AssertionError("This is a bug: an unexpected failure.", failure.getCause());
    }
  }

  void throwIfOver(Throwable cause) {
    if (over.isDone())
      throw new PredictException.Cancelled("The call was cancelled.", Facts.NONE, cause);
    if (leftNanos() <= 0) throw deadlineException(cause);
  }

  private PredictException deadlineException(Throwable cause) {
    String message = "The call was not done within its deadline of " + deadline.toMillis() + " ms.";
    return new PredictException.Deadline(message, Facts.NONE, cause);
  }

  private PredictException interrupted(InterruptedException cause) {
    close();
    Thread.currentThread().interrupt();
    return new PredictException.Cancelled("The call was interrupted.", Facts.NONE, cause);
  }
}
