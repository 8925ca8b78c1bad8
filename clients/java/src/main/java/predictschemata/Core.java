// Owns how requests and answers of one kind become JSON and back; what they are is the caller's
// affair.
package predictschemata;

import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * A kind of request with its answer.
 *
 * @param <Q> the request
 * @param <A> the answer
 * @param write the request's body
 * @param instances how many instances the request has
 * @param read the answer of a body; may throw anything for one that does not keep the contract
 * @param predictions how many predictions the answer has
 */
public record Core<Q, A>(
    Function<Q, byte[]> write,
    ToIntFunction<Q> instances,
    Reader<A> read,
    ToIntFunction<A> predictions) {
  /**
   * Reads an answer.
   *
   * @param <A> the answer
   */
  public interface Reader<A> {
    /** The answer of a body in JSON. */
    A read(byte[] json) throws Exception;
  }
}
