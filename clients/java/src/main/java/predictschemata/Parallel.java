// Owns running tasks side by side within a bound, and the threads for it.
package predictschemata;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

final class Parallel {
  private static final AtomicInteger COUNT = new AtomicInteger();

  /**
   * As many as are needed; each ends after a minute without work and keeps no program from ending.
   */
  static final Executor THREADS =
      Executors.newCachedThreadPool(
          work -> {
            Thread thread = new Thread(work, "predict-schemata-" + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  private Parallel() {}

  /**
   * Runs the task on each item, at most {@code limit} at once; after the first failure, which is
   * thrown, no more are begun.
   */
  static <T> void run(Scope scope, List<T> items, int limit, Consumer<T> task) {
    Iterator<T> queue = items.iterator();
    CompletableFuture<Void> done = new CompletableFuture<>();
    int lanes = Math.min(limit, items.size());
    if (lanes == 0) return;
    AtomicInteger running = new AtomicInteger(lanes);
    for (int lane = 0; lane < lanes; lane++) {
      THREADS.execute(
          () -> {
            try {
              for (T item = next(queue); item != null && !done.isDone(); item = next(queue)) {
                task.accept(item);
              }
              if (running.decrementAndGet() == 0) done.complete(null);
            } catch (RuntimeException | Error failure) {
              done.completeExceptionally(failure);
            }
          });
    }
    scope.await(done);
  }

  private static <T> T next(Iterator<T> queue) {
    synchronized (queue) {
      return queue.hasNext() ? queue.next() : null;
    }
  }
}
