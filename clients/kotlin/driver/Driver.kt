// Owns the conformance driver of the Kotlin client (clients/README.md): a case a line in, a result a line out. Uses the client as a
// user would; only the names of the contract's types come with the case.
import java.io.File
import java.io.PrintStream
import java.lang.reflect.InvocationTargetException
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.file.Path
import java.util.Base64
import java.util.concurrent.CancellationException
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.DurationUnit
import kotlin.time.measureTimedValue
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.float
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.long
import kotlinx.serialization.serializer
import predictschemata.Algorithm
import predictschemata.Algorithms
import predictschemata.PredictException
import predictschemata.Sound
import predictschemata.SoundAnswer
import predictschemata.SoundPrediction
import predictschemata.Target
import predictschemata.TokenProvider
import predictschemata.kotlin.ClientSettings
import predictschemata.kotlin.PredictClient
import predictschemata.kotlin.bearer
import predictschemata.kotlin.generated.hear.models.HearInstance
import predictschemata.kotlin.generated.hear.models.PredictRequest
import predictschemata.kotlin.reason
import predictschemata.kotlin.requestId
import predictschemata.kotlin.status

fun main() {
    val results = PrintStream(System.out, true, Charsets.UTF_8)
    for (line in System.`in`.bufferedReader().lineSequence()) {
        val given = Json.parseToJsonElement(line).jsonObject
        val result = try {
            JsonObject(mapOf("ok" to JsonPrimitive(true)) + runBlocking { cancellable(given) })
        } catch (error: Exception) {
            JsonObject(mapOf("ok" to JsonPrimitive(false), "error" to shown(error)))
        }
        results.println(JsonObject(mapOf("case" to given.getValue("case")) + result))
    }
}

/** Cancels the coroutine of the call when its time has come. */
private suspend fun cancellable(given: JsonObject): JsonObject = supervisorScope {
    val call = async { run(given) }
    val canceller = given["cancel_after_ms"]?.let { ms ->
        launch {
            delay(ms.jsonPrimitive.long.milliseconds)
            call.cancel()
        }
    }
    try {
        call.await()
    } finally {
        canceller?.cancel()
    }
}

private suspend fun run(given: JsonObject): JsonObject {
    val client = PredictClient(settings(given))
    val algorithm = Algorithms.named(given.text("algorithm"))
    return when (given.text("call")) {
        "plain" -> runPlain(client, given)
        "instances" -> shownInstances(algorithm, predictInstances(client, algorithm, given))
        else -> {
            val sounds = given.getValue("sounds").jsonArray.map { sound(it.jsonObject) }
            val (answer, elapsed) = measureTimedValue { client.predictSounds(algorithm, sounds) }
            timed(shownSounds(answer), elapsed)
        }
    }
}

/** As a caller of the generated types writes it who has no helper. */
private suspend fun runPlain(client: PredictClient, given: JsonObject): JsonObject {
    val arrays = given.getValue("sounds").jsonArray.map { floats(it.jsonObject) }
    val most = given.getValue("options").jsonObject.getValue("max_instances").jsonPrimitive.int
    val (predictions, elapsed) = measureTimedValue {
        arrays.chunked(most).flatMap { some ->
            client.predictHear(PredictRequest(some.map { HearInstance(inputArray = it.asList()) })).predictions
        }
    }
    return timed(shownAnswer(predictions.map { values(checkNotNull(it.embedding).toFloatArray()) }, null), elapsed)
}

private fun timed(answer: JsonObject, elapsed: Duration) =
    JsonObject(answer + ("elapsed_ms" to JsonPrimitive(elapsed.toDouble(DurationUnit.MILLISECONDS))))

/** The samples as the contract's numbers. */
private fun floats(given: JsonObject): FloatArray {
    val kind = if ("int16" in given) "int16" else "float32"
    val raw = ByteBuffer.wrap(File(given.text(kind)).readBytes()).order(ByteOrder.LITTLE_ENDIAN)
    return if (kind == "int16") FloatArray(raw.remaining() / 2) { raw.getShort(it * 2) / 32_768f }
    else FloatArray(raw.remaining() / 4) { raw.getFloat(it * 4) }
}

private fun settings(given: JsonObject): ClientSettings {
    val endpoint = given.getValue("endpoint").jsonObject
    val options = given.getValue("options").jsonObject
    fun number(name: String) = options[name]?.jsonPrimitive?.long
    fun duration(name: String) = options.getValue(name).jsonPrimitive.long.milliseconds
    val tokens = given.getValue("tokens").jsonArray.map { it.jsonPrimitive.content }
    return ClientSettings(
        target = Target.server(endpoint.text("base_url")),
        endpoint = ClientSettings.EndpointName(
            endpoint.text("project"),
            endpoint.text("location"),
            endpoint.text("endpoint"),
        ),
        token = if (tokens.size > 1) provider(tokens) else tokens.firstOrNull()?.let(::bearer),
        headers = given.getValue("headers").jsonObject.mapValues { (_, value) -> value.jsonPrimitive.content },
        maxAttempts = number("max_attempts")?.toInt(),
        backoff = ClientSettings.Backoff(duration("initial_backoff_ms"), duration("max_backoff_ms")),
        deadline = duration("deadline_ms"),
        maxParallelCalls = number("max_parallel_calls")?.toInt(),
        maxInstances = number("max_instances")?.toInt(),
        maxBodyBytes = number("max_body_bytes"),
    )
}

/** The next one of a list each time that one is refused. */
private fun provider(tokens: List<String>): TokenProvider {
    var at = 0
    return bearer { refused ->
        if (refused == tokens[at]) at = minOf(at + 1, tokens.lastIndex)
        tokens[at]
    }
}

private fun sound(given: JsonObject): Sound {
    given["file"]?.let { return Sound.file(Path.of(it.jsonPrimitive.content)) }
    given["uri"]?.jsonPrimitive?.content?.let { uri ->
        return given["token"]?.let { Sound.at(uri, it.jsonPrimitive.content) } ?: Sound.at(uri)
    }
    val rate = given["sample_rate_hz"]?.jsonPrimitive?.int
    val kind = listOf("int16", "float32", "float64").first { it in given }
    val raw = ByteBuffer.wrap(File(given.text(kind)).readBytes()).order(ByteOrder.LITTLE_ENDIAN)
    return when (kind) {
        "int16" -> ShortArray(raw.remaining() / 2).also { raw.asShortBuffer().get(it) }
            .let { if (rate == null) Sound.samples(it) else Sound.samples(it, rate) }
        "float32" -> FloatArray(raw.remaining() / 4).also { raw.asFloatBuffer().get(it) }
            .let { if (rate == null) Sound.samples(it) else Sound.samples(it, rate) }
        else -> DoubleArray(raw.remaining() / 8).also { raw.asDoubleBuffer().get(it) }
            .let { if (rate == null) Sound.samples(it) else Sound.samples(it, rate) }
    }
}

/** The typed request of the algorithm's own package, sent by the client's method for it. */
private suspend fun predictInstances(client: PredictClient, algorithm: Algorithm, given: JsonObject): JsonObject {
    val words = algorithm.name.split("-")
    val models = "predictschemata.kotlin.generated.${words.joinToString("")}.models"
    val body = buildJsonObject { put("instances", given.getValue("instances")) }
    val request = Json.decodeFromJsonElement(serializer(Class.forName("$models.PredictRequest")), body)
    val name = words.joinToString("", "predict") { it.replaceFirstChar(Char::uppercase) }
    val method = PredictClient::class.java.methods.first { it.name == name }
    val response = try {
        suspendCoroutineUninterceptedOrReturn<Any> { continuation -> method.invoke(client, request, continuation) }
    } catch (failure: InvocationTargetException) {
        throw failure.targetException
    }
    return Json.encodeToJsonElement(serializer(Class.forName("$models.PredictResponse")), response).jsonObject
}

private fun shownInstances(algorithm: Algorithm, response: JsonObject): JsonObject {
    val predictions = response.getValue("predictions").jsonArray.map { prediction ->
        when (val result = prediction.jsonObject[algorithm.resultField]) {
            null -> prediction
            is JsonArray -> values(FloatArray(result.size) { result[it].jsonPrimitive.float })
            else -> values(algorithm.resultNames.map { result.jsonObject.getValue(it).jsonPrimitive.float }.toFloatArray())
        }
    }
    return shownAnswer(predictions, response.text("modelDisplayName"))
}

private fun shownSounds(answer: SoundAnswer): JsonObject =
    shownAnswer(
        answer.predictions.map { prediction ->
            when (prediction) {
                is SoundPrediction.Values -> values(prediction.numbers())
                is SoundPrediction.Failure -> buildJsonObject {
                    put(
                        "error",
                        buildJsonObject {
                            put("reason", JsonPrimitive(prediction.reason))
                            put("description", JsonPrimitive(prediction.description))
                        },
                    )
                }
            }
        },
        answer.modelDisplayName,
    )

private fun shownAnswer(predictions: List<JsonElement>, modelDisplayName: String?) = buildJsonObject {
    put("predictions", JsonArray(predictions))
    put("model_display_name", JsonPrimitive(modelDisplayName))
}

private fun values(numbers: FloatArray): JsonObject {
    val bytes = ByteBuffer.allocate(numbers.size * 4).order(ByteOrder.LITTLE_ENDIAN)
    bytes.asFloatBuffer().put(numbers)
    return buildJsonObject { put("values", JsonPrimitive(Base64.getEncoder().encodeToString(bytes.array()))) }
}

private fun shown(error: Exception): JsonObject = buildJsonObject {
    val failure = error as? PredictException
    val kind = when (error) {
        is CancellationException -> "cancelled"
        // InvalidRequest → invalid_request.
        is PredictException -> error.javaClass.simpleName.replace(Regex("([a-z])([A-Z])"), "$1_$2").lowercase()
        else -> "unexpected"
    }
    put("kind", JsonPrimitive(kind))
    put("message", JsonPrimitive(error.message.toString()))
    put("status", JsonPrimitive(failure?.status))
    put("reason", JsonPrimitive(failure?.reason))
    put("request_id", JsonPrimitive(failure?.requestId))
}

private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content
