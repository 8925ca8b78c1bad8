// Owns the proof that the contract's types go to JSON and back: three inputs, both outcomes, named numbers.
package predictschemata.kotlin

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import kotlinx.serialization.SerializationException
import predictschemata.kotlin.generated.hear.models.HearInstance
import predictschemata.kotlin.generated.hear.models.HearPrediction
import predictschemata.kotlin.generated.hear.models.InstanceErrorReason
import predictschemata.kotlin.generated.hear.models.PredictRequest
import predictschemata.kotlin.generated.hear.models.PredictResponse
import predictschemata.kotlin.generated.hearevents.models.HearEventsPrediction

class JsonTest {
    @Test
    fun `an instance has its own fields alone`() {
        val given = listOf(
            HearInstance(inputBytes = "UklGRg==") to """{"input_bytes":"UklGRg=="}""",
            HearInstance(inputArray = listOf(0.1f, -1f)) to """{"input_array":[0.1,-1.0]}""",
            HearInstance(gcsUri = "gs://b/咳.wav", bearerToken = "T") to
                """{"gcs_uri":"gs://b/咳.wav","bearer_token":"T"}""",
        )
        for ((instance, want) in given) {
            val request = PredictRequest(listOf(instance))
            val text = contractJson.encodeToString(request)
            assertEquals("""{"instances":[$want]}""", text)
            assertEquals(request, contractJson.decodeFromString<PredictRequest>(text))
        }
    }

    @Test
    fun `a token is not shown`() {
        val file = HearInstance(gcsUri = "gs://b/c.wav", bearerToken = "secret")
        val public = file.copy(bearerToken = null)
        assertEquals(
            "[HearInstance(inputBytes=null, inputArray=null, gcsUri=gs://b/c.wav, bearerToken=***), " +
                "HearInstance(inputBytes=null, inputArray=null, gcsUri=gs://b/c.wav, bearerToken=null)]",
            PredictRequest(listOf(file, public)).instances.toString(),
        )
    }

    @Test
    fun `a prediction is a result or an error`() {
        val result = contractJson.decodeFromString<HearPrediction>("""{"embedding":[0.1,2],"new":{}}""")
        assertEquals(listOf(0.1f, 2f), result.embedding)
        assertNull(result.error)
        val error = contractJson.decodeFromString<HearPrediction>("""{"error":{"description":"d","reason":"INVALID_AUDIO"}}""")
        assertEquals(InstanceErrorReason.INVALID_AUDIO, error.error?.reason)
        assertNull(error.embedding)
    }

    @Test
    fun `numbers may have names`() {
        val names = listOf("cough", "snore", "baby_cough", "breathe", "sneeze", "throat_clear", "laugh", "speech")
        val scores = names.withIndex().joinToString { (index, name) -> "\"$name\":0.$index" }
        val prediction = contractJson.decodeFromString<HearEventsPrediction>("""{"scores":{$scores}}""")
        assertEquals(0.2f, prediction.scores?.babyCough)
    }

    @Test
    fun `an answer without predictions is none`() {
        assertThrows<SerializationException> { contractJson.decodeFromString<PredictResponse>("{}") }
    }
}
