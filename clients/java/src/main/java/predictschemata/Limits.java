// Owns the limits of one call.
package predictschemata;

/**
 * What one call may hold.
 *
 * @param maxInstances most instances
 * @param maxBodyBytes most bytes of its body
 */
public record Limits(int maxInstances, long maxBodyBytes) {
  /** Both must be at least 1. */
  public Limits {
    if (maxInstances < 1 || maxBodyBytes < 1) {
      throw new IllegalArgumentException(
          "Expected limits of at least 1, got "
              + maxInstances
              + " instances and "
              + maxBodyBytes
              + " bytes.");
    }
  }
}
