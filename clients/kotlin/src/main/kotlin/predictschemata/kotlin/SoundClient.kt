// Owns the bridge from coroutines to the Java client: its calls as suspending ones that end with their coroutine. Must not know an
// algorithm.
package predictschemata.kotlin

import kotlinx.coroutines.future.await
import kotlinx.serialization.json.Json
import predictschemata.Algorithm
import predictschemata.Core
import predictschemata.PredictClient as JavaClient
import predictschemata.PredictException
import predictschemata.Sound
import predictschemata.SoundAnswer

/** A newer server may say more than this client knows. */
internal val contractJson: Json = Json { ignoreUnknownKeys = true }

/** The part of [PredictClient] that knows no algorithm. */
public open class SoundClient internal constructor(public val settings: ClientSettings, before: SoundClient? = null) {
    private val java: JavaClient = JavaClient(
        if (before == null) settings.toOptions() else settings.toOptions().knowing(before.java.options()),
    )

    /**
     * Predicts sounds of any form: encodes them without loss, splits them by the endpoint's limits, sends within a bound side by
     * side, repeats calls and single sounds that may be repeated.
     *
     * @throws PredictException when a call fails for good
     * @throws java.io.UncheckedIOException when a file cannot be read
     */
    public suspend fun predictSounds(algorithm: Algorithm, sounds: List<Sound>): SoundAnswer =
        java.predictSoundsAsync(algorithm, sounds).await()

    /**
     * Sends a request in one call, which is repeated when it may be.
     *
     * @throws PredictException when the call fails for good
     */
    public suspend fun <Q : Any, A : Any> predict(algorithm: Algorithm, core: Core<Q, A>, request: Q): A =
        java.predictAsync(algorithm, core, request).await()
}
