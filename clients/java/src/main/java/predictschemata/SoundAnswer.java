// Owns what a caller gets for all sounds of a call.
package predictschemata;

import java.util.List;

/**
 * The predictions of sounds.
 *
 * @param predictions one for each sound, in their order
 * @param modelDisplayName of the answer that came last; says when it is an untrained development
 *     model. Null when no call was needed
 */
public record SoundAnswer(List<SoundPrediction> predictions, String modelDisplayName) {}
