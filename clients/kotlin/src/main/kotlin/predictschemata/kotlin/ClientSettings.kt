// Owns what a caller may choose. The defaults are the Java client's.
package predictschemata.kotlin

import kotlin.time.Duration
import kotlin.time.toJavaDuration
import okhttp3.OkHttpClient
import predictschemata.Algorithms
import predictschemata.ClientOptions
import predictschemata.Target
import predictschemata.TokenProvider

/**
 * The settings of a client; null stands for the default.
 *
 * @property target where endpoints are: `Target.server(url)`, `Target.vertexShared(…)`, `Target.vertexDedicated(…)`
 * @property endpoint below the target; the algorithm's name in `demo` and `us-central1` by default
 * @property token of every call, [bearer] or `TokenProvider.gcloud()`; none by default
 * @property headers sent with every request
 * @property maxAttempts of each call, the first one counts; 4
 * @property backoff before the first repeat, and the bound up to which it doubles; 250 ms and 8 s
 * @property deadline ends the whole call, repeats included; 60 s
 * @property maxParallelCalls under way at once; 4
 * @property maxInstances in a call; what the endpoint's labels say
 * @property maxBodyBytes of a call; what the endpoint's labels say
 * @property httpClient with your proxy, certificates or pool; one for all clients
 */
public data class ClientSettings(
    val target: Target = Target.server(),
    val endpoint: EndpointName? = null,
    val token: TokenProvider? = null,
    val headers: Map<String, String> = emptyMap(),
    val maxAttempts: Int? = null,
    val backoff: Backoff? = null,
    val deadline: Duration? = null,
    val maxParallelCalls: Int? = null,
    val maxInstances: Int? = null,
    val maxBodyBytes: Long? = null,
    val httpClient: OkHttpClient? = null,
) {
    /** The place of an endpoint below a target. */
    public data class EndpointName(val project: String, val location: String, val endpoint: String)

    /** The wait before the first repeat, and its bound. */
    public data class Backoff(val initial: Duration, val max: Duration)

    /** Where it calls; headers may hold secrets. */
    override fun toString(): String = "ClientSettings(target=$target, endpoint=$endpoint)"

    /** @throws IllegalArgumentException for a value out of its range */
    internal fun toOptions(): ClientOptions {
        var options = ClientOptions.to(target).header("User-Agent", "predict-schemata-kotlin/${Algorithms.VERSION}")
        headers.forEach { (name, value) -> options = options.header(name, value) }
        endpoint?.run { options = options.endpoint(project, location, endpoint) }
        token?.let { options = options.token(it) }
        maxAttempts?.let { options = options.maxAttempts(it) }
        backoff?.run { options = options.backoff(initial.toJavaDuration(), max.toJavaDuration()) }
        deadline?.let { options = options.deadline(it.toJavaDuration()) }
        maxParallelCalls?.let { options = options.maxParallelCalls(it) }
        maxInstances?.let { options = options.maxInstances(it) }
        maxBodyBytes?.let { options = options.maxBodyBytes(it) }
        httpClient?.let { options = options.httpClient(it) }
        return options
    }
}
