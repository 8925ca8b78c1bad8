// Owns what a caller gets for one sound: its numbers, or why there are none.
package predictschemata;

import java.util.List;

/** A {@link Values} or a {@link Failure}. */
public sealed interface SoundPrediction {
  /** The result of the model. */
  final class Values implements SoundPrediction {
    private final float[] numbers;
    private final List<String> names;

    Values(float[] numbers, List<String> names) {
      this.numbers = numbers;
      this.names = names;
    }

    /** The numbers in the contract's order: the array itself, not a copy. */
    public float[] numbers() {
      return numbers;
    }

    /** The names of the numbers; empty for a plain list, as an embedding is. */
    public List<String> names() {
      return names;
    }

    /**
     * The number of that name.
     *
     * @throws IllegalArgumentException if there is none, with the names that there are
     */
    public float number(String name) {
      int index = names.indexOf(name);
      if (index >= 0) return numbers[index];
      throw new IllegalArgumentException("Expected one of " + names + ", got " + name + ".");
    }

    @Override
    public String toString() {
      return "Values[" + (names.isEmpty() ? numbers.length : names) + "]";
    }
  }

  /**
   * Why there is no result.
   *
   * @param reason of the contract's fixed list
   * @param description for a person
   */
  record Failure(String reason, String description) implements SoundPrediction {}
}
