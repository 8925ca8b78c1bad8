// Owns the proof that the README's code works as it stands there, against the server given as the
// first argument.

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

final class ReadmeCheck {
  public static void main(String[] arguments) throws IOException, InterruptedException {
    String readme = Files.readString(Path.of("README.md"));
    Matcher block =
        Pattern.compile("<!-- test -->\\s*```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    if (!block.find())
      throw new AssertionError("The README has no block that is marked as tested.");
    String code = block.group(1).replace("http://127.0.0.1:8080", arguments[0]);
    Path folder = Files.createDirectories(Path.of("target/readme"));
    Files.writeString(
        folder.resolve("Example.java"), code.replace("\"TOKEN\"", "\"" + arguments[1] + "\""));
    Path clip = Path.of("../../fixtures/hear/cough-like-16khz-s16.wav");
    Files.copy(clip, folder.resolve("clip.wav"), StandardCopyOption.REPLACE_EXISTING);

    // The class path of this program, seen from that folder.
    List<String> jars =
        Pattern.compile(File.pathSeparator)
            .splitAsStream(System.getProperty("java.class.path"))
            .map(path -> Path.of(path).toAbsolutePath().toString())
            .toList();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process example =
        new ProcessBuilder(java, "-cp", String.join(File.pathSeparator, jars), "Example.java")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    long results = output.lines().filter(line -> line.startsWith("512 numbers")).count();
    if (example.waitFor() != 0 || !output.contains("untrained") || results != 2) {
      throw new AssertionError("Expected the model's name and two results, got:\n" + output);
    }
  }
}
