// Owns the proof that the package is what its users need: the library with its documentation, and what it depends on.
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Xml.Linq;
using NUnit.Framework;

namespace PredictSchemata.Tests
{
    [TestFixture]
    public class PackageTest
    {
        private static readonly string Folder = Path.GetDirectoryName(typeof(PackageTest).Assembly.Location);

        [Test]
        public void ThePackageHoldsTheLibraryThatWasBuilt()
        {
            using (var package = Open())
            {
                var files = package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/")).OrderBy(name => name);
                Assert.AreEqual("lib/net471/PredictSchemata.dll lib/net471/PredictSchemata.xml", string.Join(" ", files));
                foreach (var name in new[] { "PredictSchemata.dll", "PredictSchemata.xml" })
                {
                    Assert.AreEqual(File.ReadAllBytes(Path.Combine(Folder, name)), BytesOf(package.GetEntry("lib/net471/" + name)));
                }
                Assert.AreEqual(File.ReadAllBytes(Path.Combine(Folder, "LICENSE")), BytesOf(package.GetEntry("LICENSE")));
                var documentation = XDocument.Load(new MemoryStream(BytesOf(package.GetEntry("lib/net471/PredictSchemata.xml"))));
                Assert.IsTrue(documentation.Descendants("member").Any(member => ((string)member.Attribute("name")).StartsWith("M:PredictSchemata.PredictClient.EmbedAsync(")));
            }
        }

        [Test]
        public void ThePackageSaysWhatTheLibraryNeeds()
        {
            XDocument manifest;
            using (var package = Open()) manifest = XDocument.Load(new MemoryStream(BytesOf(package.GetEntry("PredictSchemata.nuspec"))));
            Assert.AreEqual("PredictSchemata", Text(manifest, "id"));
            Assert.AreEqual(Contract.Version, Text(manifest, "version"));
            Assert.AreEqual("https://www.apache.org/licenses/LICENSE-2.0", Text(manifest, "licenseUrl"));
            Assert.AreEqual("Newtonsoft.Json 6.0.8", Listed(manifest, "dependency", "id", "version"));
            Assert.AreEqual("System.Net.Http .NETFramework4.7.1", Listed(manifest, "frameworkAssembly", "assemblyName", "targetFramework"));
            // What every program has is not named.
            var platform = new[] { "mscorlib", "System", "System.Core" };
            var needed = typeof(PredictClient).Assembly.GetReferencedAssemblies().Select(one => one.Name).Except(platform).OrderBy(name => name);
            Assert.AreEqual("Newtonsoft.Json System.Net.Http", string.Join(" ", needed));
        }

        private static ZipArchive Open() => ZipFile.OpenRead(Path.Combine(Folder, "PredictSchemata." + Contract.Version + ".nupkg"));

        private static byte[] BytesOf(ZipArchiveEntry entry)
        {
            Assert.IsNotNull(entry);
            using (var content = entry.Open())
            using (var bytes = new MemoryStream())
            {
                content.CopyTo(bytes);
                return bytes.ToArray();
            }
        }

        private static string Text(XDocument manifest, string name) => Elements(manifest, name).Single().Value;

        private static string Listed(XDocument manifest, string name, string what, string which) =>
            string.Join(", ", Elements(manifest, name).Select(one => one.Attribute(what).Value + " " + one.Attribute(which).Value));

        /// <summary>The namespace says the version of the manifest's form alone.</summary>
        private static IEnumerable<XElement> Elements(XDocument manifest, string name) =>
            manifest.Descendants().Where(one => one.Name.LocalName == name);
    }
}
