// Owns what the shared code asks of an algorithm; the generated Algorithms answers. Must not know
// which algorithms there are.
package predictschemata;

import java.util.List;

/**
 * One algorithm of the contract.
 *
 * @param name as in the contract
 * @param sampleRateHz the rate that samples are taken to have unless they come with another
 * @param fileField the field of an instance for a WAV file in base64
 * @param uriField the field for an address, or null where the algorithm takes none
 * @param uriTokenField the field for a token beside an address, or null
 * @param resultField the field of a prediction that holds its result
 * @param resultNames the names of the result's numbers in the contract's order; empty for a plain
 *     list
 */
public record Algorithm(
    String name,
    int sampleRateHz,
    String fileField,
    String uriField,
    String uriTokenField,
    String resultField,
    List<String> resultNames) {}
