// Owns the proof that the README's code compiles and works as it stands there, against the server given as the first argument with the
// token that is the second.
package readme

import java.io.File
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler

/** A block of code, with what its mark says: `program` or `statements`. */
private val BLOCK = Regex("(?:<!-- test: (\\w+) -->\n)?```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL)

/** Statements stand in a function, beside a client of the server. Values that a reader goes on with are not used there. */
private const val STATEMENTS_HEAD = """
import java.io.File
import java.util.Base64
import predictschemata.Target
import predictschemata.TokenProvider
import predictschemata.kotlin.ClientSettings
import predictschemata.kotlin.PredictClient
import predictschemata.kotlin.bearer
import predictschemata.kotlin.generated.hear.models.*

@Suppress("UNUSED_VARIABLE")
suspend fun main() {
    val client = PredictClient(ClientSettings(Target.server("http://127.0.0.1:8080"), token = bearer("TOKEN")))
"""

fun main(arguments: Array<String>) {
    val blocks = BLOCK.findAll(File("README.md").readText()).map { it.destructured }.toList()
    check(blocks.none { (mark) -> mark.isEmpty() }) { "The README has a block that is not marked as tested." }
    val marked = { wanted: String -> blocks.filter { (mark) -> mark == wanted }.joinToString("\n") { (_, code) -> code } }
    val folder = File("target/readme")
    folder.deleteRecursively()
    folder.mkdirs()
    File("../../fixtures/hear/cough-like-16khz-s16.wav").copyTo(folder.resolve("clip.wav"))

    val program = outputOf("Example", marked("program"), folder, arguments)
    val results = program.lines().count { it.startsWith("512 numbers") }
    check("untrained" in program && results == 2) { "Expected the model's name and two results, got:\n$program" }

    val statements = outputOf("Statements", STATEMENTS_HEAD + marked("statements") + "}\n", folder, arguments)
    check(statements == "512\n512\n") { "Expected two results, got:\n$statements" }
}

/** What a program says, compiled and run with the class path of this one. */
private fun outputOf(name: String, code: String, folder: File, arguments: Array<String>): String {
    val (server, token) = arguments
    val source = folder.resolve("$name.kt")
    source.writeText(code.replace("http://127.0.0.1:8080", server).replace("\"TOKEN\"", "\"$token\""))
    val classPath = System.getProperty("java.class.path").split(File.pathSeparator).map { File(it).absolutePath }
    val options = listOf("-no-stdlib", "-no-reflect", "-Werror", "-jvm-target", "17")
    val classes = folder.resolve("classes")
    val compiled = K2JVMCompiler().exec(
        System.err,
        *options.toTypedArray(),
        *arrayOf("-cp", classPath.joinToString(File.pathSeparator), "-d", classes.path, source.path),
    )
    check(compiled == ExitCode.OK) { "The README's $name does not compile." }
    val java = File(System.getProperty("java.home"), "bin/java").path
    val runPath = (listOf(classes.absolutePath) + classPath).joinToString(File.pathSeparator)
    val running = ProcessBuilder(java, "-cp", runPath, "${name}Kt").directory(folder).redirectErrorStream(true).start()
    val output = running.inputStream.bufferedReader().readText()
    check(running.waitFor() == 0) { "The README's $name failed:\n$output" }
    return output
}
