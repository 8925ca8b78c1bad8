#!/usr/bin/env bash
# Owns compiling the library, the driver and the tests into dist/, and the package, by Mono.
set -euo pipefail
cd "$(dirname "$0")/.."
rm -rf dist
mkdir dist
cp "$(bash tools/assembly.sh Newtonsoft.Json)" "$(bash tools/assembly.sh nunit.framework)" LICENSE dist/
compile() {
  mcs -langversion:7.2 -warnaserror -nologo -lib:dist -r:Newtonsoft.Json.dll "$@"
}
# Not every public member says what its name says already (1591), nor every parameter (1573).
compile -target:library -optimize -doc:dist/PredictSchemata.xml -nowarn:1591,1573 -r:System.Net.Http.dll -out:dist/PredictSchemata.dll \
  src/*.cs generated/*.cs generated/*/*.cs
compile -r:PredictSchemata.dll -r:System.Net.Http.dll -out:dist/Driver.exe driver/*.cs
compile -target:library -r:PredictSchemata.dll -r:nunit.framework.dll -r:System.Net.Http.dll -r:System.Xml.Linq.dll \
  -r:System.IO.Compression.dll -r:System.IO.Compression.FileSystem.dll -out:dist/Units.dll test/*.cs
nuget pack PredictSchemata.nuspec -OutputDirectory dist -NonInteractive >dist/pack.log || { cat dist/pack.log; exit 1; }
