// Owns the proof that what `mvn deploy` puts into a repository is whole. Arguments: the
// repository's folder, the artifact, and what its jar and its sources must hold.

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

final class PackageCheck {
  public static void main(String[] arguments) throws Exception {
    String artifact = arguments[1];
    Path release;
    try (Stream<Path> versions =
        Files.list(Path.of(arguments[0], "predictschemata", artifact)).filter(Files::isDirectory)) {
      List<Path> all = versions.toList();
      expect(all.size() == 1, "one version of " + artifact, all);
      release = all.get(0);
    }
    String version = release.getFileName().toString();
    String base = artifact + "-" + version;
    Set<String> want =
        new TreeSet<>(
            Set.of(base + ".jar", base + "-sources.jar", base + "-javadoc.jar", base + ".pom"));
    Set<String> got = filesOf(release);
    expect(got.equals(want), "the files " + want, got);
    for (String file : want) {
      for (var sum : Map.of(".sha1", "SHA-1", ".md5", "MD5").entrySet())
        expectSum(release.resolve(file), sum);
    }

    Set<String> classes = entries(release.resolve(base + ".jar"));
    expect(classes.contains(arguments[2]), arguments[2] + " in the jar", classes);
    List<String> foreign =
        classes.stream()
            .filter(name -> name.endsWith(".class") && !name.startsWith("predictschemata/"))
            .toList();
    expect(foreign.isEmpty(), "classes of this package alone", foreign);
    List<String> tests = classes.stream().filter(name -> name.contains("Test")).toList();
    expect(tests.isEmpty(), "no tests in the jar", tests);
    Set<String> sources = entries(release.resolve(base + "-sources.jar"));
    expect(sources.contains(arguments[3]), arguments[3] + " in the sources", sources);
    for (String jar : List.of(".jar", "-sources.jar")) {
      expectLicence(release.resolve(base + jar));
    }
    Set<String> pages = entries(release.resolve(base + "-javadoc.jar"));
    expect(pages.contains("index.html"), "documentation", pages);
    String page = "PredictClient";
    expect(
        pages.stream().anyMatch(name -> name.contains(page) || name.contains("-predict-client")),
        page + " in the documentation",
        pages);

    expectPom(release.resolve(base + ".pom"), artifact, version);
  }

  private static Set<String> filesOf(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".sha1") && !name.endsWith(".md5"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static void expectSum(Path file, Map.Entry<String, String> sum) throws Exception {
    byte[] digest = MessageDigest.getInstance(sum.getValue()).digest(Files.readAllBytes(file));
    String want = String.format("%0" + 2 * digest.length + "x", new BigInteger(1, digest));
    String got = Files.readString(Path.of(file + sum.getKey())).trim();
    expect(got.equals(want), sum.getValue() + " " + want + " of " + file.getFileName(), got);
  }

  private static Set<String> entries(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream()
          .map(entry -> entry.getName())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** The one in the folder that this runs in, which is the language's. */
  private static void expectLicence(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      ZipEntry entry = file.getEntry("META-INF/LICENSE");
      expect(entry != null, "META-INF/LICENSE in " + jar.getFileName(), "none");
      String got = new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
      expect(got.equals(Files.readString(Path.of("LICENSE"))), "the licence of the package", got);
    }
  }

  /** What a repository for all asks for, and dependencies that others can fetch. */
  private static void expectPom(Path pom, String artifact, String version) throws Exception {
    Element project =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(pom.toFile())
            .getDocumentElement();
    Map<String, String> facts = new TreeMap<>();
    NodeList members = project.getChildNodes();
    for (int index = 0; index < members.getLength(); index++) {
      if (members.item(index) instanceof Element member)
        facts.put(member.getTagName(), member.getTextContent().trim());
    }
    expect(
        artifact.equals(facts.get("artifactId")) && version.equals(facts.get("version")),
        artifact + " " + version,
        facts);
    for (String fact : List.of("groupId", "name", "description", "licenses")) {
      expect(!facts.getOrDefault(fact, "").isEmpty(), fact + " in the pom", facts);
    }
    NodeList dependencies = project.getElementsByTagName("dependency");
    expect(dependencies.getLength() > 0, "dependencies", facts);
    for (int index = 0; index < dependencies.getLength(); index++) {
      String dependency = dependencies.item(index).getTextContent();
      expect(
          !dependency.contains("SNAPSHOT") && !dependency.contains("system"),
          "released dependencies",
          dependency);
    }
  }

  private static void expect(boolean holds, String what, Object got) {
    if (!holds) throw new AssertionError("Expected " + what + ", got " + got + ".");
  }
}
