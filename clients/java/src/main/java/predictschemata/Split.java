// Owns splitting instances over calls by count and by bytes. Must not know what an instance is.
package predictschemata;

import java.util.ArrayList;
import java.util.List;

/**
 * @param calls in order, each as full as the limits allow
 * @param tooLong pieces that are too long for any call
 */
record Split(List<List<Piece>> calls, List<Piece> tooLong) {
  /** {@code {"instances":[]}}. */
  private static final int ENVELOPE_BYTES = 16;

  static Split of(List<Piece> pieces, Limits limits) {
    Split split = new Split(new ArrayList<>(), new ArrayList<>());
    List<Piece> last = null;
    long bytes = 0;
    for (Piece piece : pieces) {
      if (ENVELOPE_BYTES + piece.length() > limits.maxBodyBytes()) {
        split.tooLong.add(piece);
        continue;
      }
      // One more for the comma.
      long longer = bytes + piece.length() + 1;
      if (last == null || last.size() >= limits.maxInstances() || longer > limits.maxBodyBytes()) {
        last = new ArrayList<>();
        split.calls.add(last);
        longer = ENVELOPE_BYTES + piece.length();
      }
      last.add(piece);
      bytes = longer;
    }
    return split;
  }
}
