// Owns the proof that the README's code compiles and works as it stands there, against the server given as the first argument.
package readme

import java.io.File
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler

fun main(arguments: Array<String>) {
    val (server, token) = arguments
    val block = Regex("<!-- test -->\\s*```kotlin\n(.*?)```", RegexOption.DOT_MATCHES_ALL).find(File("README.md").readText())
    val code = checkNotNull(block) { "The README has no block that is marked as tested." }.groupValues[1]
    val folder = File("target/readme")
    folder.deleteRecursively()
    folder.mkdirs()
    val source = folder.resolve("Example.kt")
    source.writeText(code.replace("http://127.0.0.1:8080", server).replace("\"TOKEN\"", "\"$token\""))
    File("../../fixtures/hear/cough-like-16khz-s16.wav").copyTo(folder.resolve("clip.wav"))

    val classPath = System.getProperty("java.class.path").split(File.pathSeparator).map { File(it).absolutePath }
    val options = listOf("-no-stdlib", "-no-reflect", "-Werror", "-jvm-target", "17")
    val classes = folder.resolve("classes")
    val compiled = K2JVMCompiler().exec(
        System.err,
        *options.toTypedArray(),
        *arrayOf("-cp", classPath.joinToString(File.pathSeparator), "-d", classes.path, source.path),
    )
    check(compiled == ExitCode.OK) { "The README's code does not compile." }
    val java = File(System.getProperty("java.home"), "bin/java").path
    val runPath = (listOf(classes.absolutePath) + classPath).joinToString(File.pathSeparator)
    val example = ProcessBuilder(java, "-cp", runPath, "ExampleKt").directory(folder).redirectErrorStream(true).start()
    val output = example.inputStream.bufferedReader().readText()
    val results = output.lines().count { it.startsWith("512 numbers") }
    check(example.waitFor() == 0 && "untrained" in output && results == 2) {
        "Expected the model's name and two results, got:\n$output"
    }
}
