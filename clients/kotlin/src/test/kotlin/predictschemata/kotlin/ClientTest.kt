// Owns the proof of the bridge: settings that reach the wire, tokens from coroutines, errors with their facts, cancelling.
package predictschemata.kotlin

import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.ServerSocket
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout
import org.junit.jupiter.api.assertThrows
import predictschemata.Algorithms
import predictschemata.PredictException
import predictschemata.Sound
import predictschemata.SoundAnswer
import predictschemata.SoundPrediction
import predictschemata.Target

@Timeout(60)
class ClientTest {
    private val limited = ClientSettings(maxInstances = 1, maxBodyBytes = 1_000_000)

    @Test
    fun `settings reach the wire`(): Unit = answering { exchange ->
        exchange.answer(200, """{"predictions":[{"error":{"reason":"R","description":"d"}}],"modelDisplayName":"m"}""")
    }.use { server ->
        val client = PredictClient(
            limited.copy(
                target = server.target,
                endpoint = ClientSettings.EndpointName("p", "l", "e"),
                headers = mapOf("X-Own" to "1"),
            ),
        )
        val answer = client.predict("TOKEN")
        assertEquals(listOf(SoundPrediction.Failure("R", "d")), answer.predictions)
        assertEquals("m", answer.modelDisplayName)
        val (path, token, own, agent) = server.calls.single()
        assertEquals("/v1/projects/p/locations/l/endpoints/e:predict", path)
        assertEquals("Bearer TOKEN", token)
        assertEquals("1", own)
        assertEquals("predict-schemata-kotlin/${Algorithms.VERSION}", agent)
    }

    @Test
    fun `a refused token is replaced by a coroutine`(): Unit = answering { it.answer(401, "{}") }.use { server ->
        val asked = ConcurrentLinkedQueue<String>()
        val client = PredictClient(
            limited.copy(
                target = server.target,
                token = bearer { refused ->
                    delay(1.milliseconds)
                    asked += refused.toString()
                    "T$refused"
                },
            ),
        )
        val error = assertThrows<PredictException.Authentication> { client.predict() }
        assertEquals(listOf("null", "Tnull"), asked.toList())
        assertEquals(listOf("Bearer Tnull", "Bearer TTnull"), server.calls.map { it[1] })
        assertEquals(401, error.status)
        assertNull(error.reason)
        assertEquals("id", error.requestId)
    }

    @Test
    fun `a provider has one question at a time and ends with its call`() {
        val underWay = AtomicInteger()
        val most = AtomicInteger()
        val ended = LinkedBlockingQueue<Boolean>()
        val client = PredictClient(
            limited.copy(
                target = Target.server("http://127.0.0.1:1"),
                deadline = 2.seconds,
                token = bearer {
                    most.accumulateAndGet(underWay.incrementAndGet(), ::maxOf)
                    try {
                        awaitCancellation()
                    } finally {
                        underWay.decrementAndGet()
                        ended += true
                    }
                },
            ),
        )
        runBlocking {
            // Clients that are made of one another take turns, too.
            val calls = List(4) { async(Dispatchers.IO) { runCatching { client.with { copy(maxAttempts = 1) }.predict() } } }
            calls.forEach { assertEquals(true, it.await().exceptionOrNull() is PredictException.Deadline) }
        }
        checkNotNull(ended.poll(50, TimeUnit.SECONDS)) { "The provider was not cancelled." }
        assertEquals(1, most.get())
    }

    @Test
    fun `an endpoint is asked for its limits once, by changed clients, too`(): Unit = answering { exchange ->
        when (exchange.requestMethod) {
            "GET" -> exchange.answer(200, """{"labels":{"team":"sound"}}""")
            else -> exchange.answer(200, """{"predictions":[{"error":{"reason":"R","description":"d"}}]}""")
        }
    }.use { server ->
        val client = PredictClient(ClientSettings(target = server.target))
        client.predict()
        client.with { copy(deadline = 50.seconds) }.predict()
        assertEquals(listOf(false, true, true), server.calls.map { it[0].orEmpty().endsWith(":predict") })
    }

    @Test
    fun `repeats and deadline are those that were set`(): Unit = answering { it.answer(503, "{}") }.use { server ->
        val settings = limited.copy(
            target = server.target,
            maxAttempts = 3,
            backoff = ClientSettings.Backoff(1.milliseconds, 1.milliseconds),
        )
        assertThrows<PredictException.Unavailable> { PredictClient(settings).predict() }
        assertEquals(3, server.calls.size)
        assertThrows<PredictException.Deadline> { PredictClient(settings).with { copy(deadline = 1.milliseconds) }.predict() }
        assertThrows<IllegalArgumentException> { PredictClient(settings.copy(deadline = 0.seconds)) }
    }

    @Test
    fun `settings can be shown without their secrets`() {
        val settings = limited.copy(token = bearer("SECRET"), headers = mapOf("X-Key" to "SECRET"))
        assertEquals(false, "SECRET" in settings.toString())
    }

    @Test
    fun `a cancelled coroutine closes its connection`() {
        ServerSocket(0, 1, InetAddress.getLoopbackAddress()).use { silent ->
            val client = PredictClient(limited.copy(target = Target.server("http://127.0.0.1:${silent.localPort}")))
            runBlocking {
                supervisorScope {
                    val call = async(Dispatchers.Default) { client.predictSounds(Algorithms.all().first(), SOUNDS) }
                    withContext(Dispatchers.IO) {
                        silent.accept().use { connection ->
                            connection.soTimeout = 30_000
                            check(connection.inputStream.read() >= 0)
                            call.cancel()
                            // Fails by its timeout when the other side keeps the connection.
                            while (connection.inputStream.read() >= 0) continue
                        }
                    }
                    val outcome = runCatching { call.await() }
                    assertEquals(true, outcome.exceptionOrNull() is CancellationException)
                }
            }
        }
    }

    private fun PredictClient.predict(token: String? = null): SoundAnswer = runBlocking {
        val client = if (token == null) this@predict else with { copy(token = bearer(token)) }
        client.predictSounds(Algorithms.all().first(), SOUNDS)
    }

    /** A server on a free port that notes path, token, own header and user agent of each call. */
    private class Answering(private val server: HttpServer, val calls: ConcurrentLinkedQueue<List<String?>>) : AutoCloseable {
        val target: Target = Target.server("http://127.0.0.1:${server.address.port}")

        override fun close() = server.stop(0)
    }

    private fun answering(answer: (HttpExchange) -> Unit): Answering {
        val calls = ConcurrentLinkedQueue<List<String?>>()
        val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0)
        server.createContext("/") { exchange ->
            exchange.requestBody.readAllBytes()
            val headers = listOf("Authorization", "X-Own", "User-Agent").map { exchange.requestHeaders.getFirst(it) }
            calls += listOf(exchange.requestURI.path) + headers
            answer(exchange)
        }
        server.start()
        return Answering(server, calls)
    }

    private fun HttpExchange.answer(status: Int, body: String) {
        responseHeaders.add("X-Request-Id", "id")
        sendResponseHeaders(status, body.length.toLong())
        responseBody.use { it.write(body.encodeToByteArray()) }
    }

    private companion object {
        val SOUNDS = listOf(Sound.samples(ShortArray(4)))
    }
}
