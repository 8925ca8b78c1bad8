// Owns the proof that the README's code works as it stands there, against the server given as the
// first argument with the token that is the second.

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

final class ReadmeCheck {
  /** A block of code, with what its mark says: {@code program} or {@code statements}. */
  private static final Pattern BLOCK =
      Pattern.compile("(?:<!-- test: (\\w+) -->\n)?```java\n(.*?)```", Pattern.DOTALL);

  /** Statements stand in a method, beside a client of the server. */
  private static final String STATEMENTS =
      """
      import java.nio.file.*;
      import java.time.Duration;
      import java.util.*;
      import predictschemata.*;
      import predictschemata.generated.hear.model.*;

      class Statements {
        public static void main(String[] arguments) throws Exception {
          var client = new PredictClient(ClientOptions.to(Target.server("http://127.0.0.1:8080")).token("TOKEN"));
      %s
        }
      }
      """;

  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<MatchResult> blocks =
        BLOCK.matcher(Files.readString(Path.of("README.md"))).results().toList();
    if (blocks.stream().anyMatch(block -> block.group(1) == null)) {
      throw new AssertionError("The README has a block that is not marked as tested.");
    }
    Path folder = Files.createDirectories(Path.of("target/readme"));
    Path clip = Path.of("../../fixtures/hear/cough-like-16khz-s16.wav");
    Files.copy(clip, folder.resolve("clip.wav"), StandardCopyOption.REPLACE_EXISTING);

    String program = marked(blocks, "program");
    String output = output(folder, "Example", program, arguments);
    long results = output.lines().filter(line -> line.startsWith("512 numbers")).count();
    expect(
        output.contains("untrained") && results == 2, "the model's name and two results", output);

    String statements = STATEMENTS.formatted(marked(blocks, "statements"));
    output = output(folder, "Statements", statements, arguments);
    expect(output.equals("512\n512\n"), "two results", output);
  }

  private static String marked(List<MatchResult> blocks, String mark) {
    return blocks.stream()
        .filter(block -> block.group(1).equals(mark))
        .map(block -> block.group(2))
        .collect(Collectors.joining("\n"));
  }

  /** What a program says that Java compiles and runs, with the class path of this one. */
  private static String output(Path folder, String name, String code, String[] arguments)
      throws IOException, InterruptedException {
    String file = name + ".java";
    Files.writeString(
        folder.resolve(file),
        code.replace("http://127.0.0.1:8080", arguments[0])
            .replace("\"TOKEN\"", "\"" + arguments[1] + "\""));
    String jars =
        Pattern.compile(File.pathSeparator)
            .splitAsStream(System.getProperty("java.class.path"))
            .map(path -> Path.of(path).toAbsolutePath().toString())
            .collect(Collectors.joining(File.pathSeparator));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process example =
        new ProcessBuilder(java, "-cp", jars, file)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    expect(example.waitFor() == 0, "a program that works", output);
    return output;
  }

  private static void expect(boolean holds, String what, String output) {
    if (!holds) throw new AssertionError("Expected " + what + ", got:\n" + output);
  }
}
