// Owns the errors of a call: one class for each family of statuses and one for each way to get no
// answer. Must not know how calls are
// made.
package predictschemata;

import java.util.Optional;
import java.util.OptionalInt;

/** A call that failed for good. Its class says what kind of failure it is. */
public abstract sealed class PredictException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * What the answer said; null (0 for the status) where there was none.
   *
   * @param retryAfterSeconds that the server asked to wait, 0 if it did not
   */
  record Facts(int status, String reason, String requestId, long retryAfterSeconds) {
    static final Facts NONE = new Facts(0, null, null, 0);
  }

  private final transient Facts facts;

  private PredictException(String message, Facts facts, Throwable cause) {
    super(message, cause);
    this.facts = facts;
  }

  Facts facts() {
    // What is transient is null after deserialisation.
    return facts == null ? Facts.NONE : facts;
  }

  /** The HTTP status, if there was an answer. */
  public OptionalInt status() {
    return facts().status == 0 ? OptionalInt.empty() : OptionalInt.of(facts().status);
  }

  /** A reason of the contract's fixed list. */
  public Optional<String> reason() {
    return Optional.ofNullable(facts().reason);
  }

  /** For the operator, who finds the cause in the log under it. */
  public Optional<String> requestId() {
    return Optional.ofNullable(facts().requestId);
  }

  /** 400, 405, 413, 415 and other 4xx: the same call fails again. */
  public static final class InvalidRequest extends PredictException {
    private static final long serialVersionUID = 1;

    InvalidRequest(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** 401: no token, or one that is not accepted. */
  public static final class Authentication extends PredictException {
    private static final long serialVersionUID = 1;

    Authentication(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** 403: the token is not for this endpoint. */
  public static final class Permission extends PredictException {
    private static final long serialVersionUID = 1;

    Permission(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** 404: no such endpoint. */
  public static final class NotFound extends PredictException {
    private static final long serialVersionUID = 1;

    NotFound(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** 429, after all repeats. */
  public static final class RateLimited extends PredictException {
    private static final long serialVersionUID = 1;

    RateLimited(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** 503, after all repeats. */
  public static final class Unavailable extends PredictException {
    private static final long serialVersionUID = 1;

    Unavailable(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** 500 and other 5xx: a failure of the server that is not repeated. */
  public static final class Server extends PredictException {
    private static final long serialVersionUID = 1;

    Server(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** 504 after all repeats, or the deadline of the call passed (then without a status). */
  public static final class Deadline extends PredictException {
    private static final long serialVersionUID = 1;

    Deadline(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** No answer, or one that was cut, after all repeats. */
  public static final class Connection extends PredictException {
    private static final long serialVersionUID = 1;

    Connection(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** The caller's thread was interrupted, or its future cancelled. */
  public static final class Cancelled extends PredictException {
    private static final long serialVersionUID = 1;

    Cancelled(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }

  /** A success whose body does not keep the contract. */
  public static final class InvalidAnswer extends PredictException {
    private static final long serialVersionUID = 1;

    InvalidAnswer(String message, Facts facts, Throwable cause) {
      super(message, facts, cause);
    }
  }
}
