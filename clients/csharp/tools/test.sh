#!/usr/bin/env bash
# Owns the unit tests, and the proof that the README's code works as it stands there. Arguments: a server and a token.
set -euo pipefail
cd "$(dirname "$0")/.."
server=$1 token=$2
(cd dist && nunit-console Units.dll -nologo -noshadow -nodots >units.log 2>&1) || { cat dist/units.log; exit 1; }
# What the README says under a mark: a whole program, or statements.
marked() {
  awk -v mark="<!-- $1 -->" '$0 == mark { marked = 1; next } marked && /^```csharp/ { inside = 1; next } inside && /^```/ { inside = marked = 0; next } inside' README.md |
    sed "s|http://127.0.0.1:8080|$server|; s|\"TOKEN\"|\"$token\"|"
}
run() {
  mcs -langversion:7.2 -warnaserror -nologo -lib:dist -r:PredictSchemata.dll -out:"dist/$1.exe" "dist/$1.cs"
  (cd dist && mono "$1.exe")
}
blocks=$(grep -c '^```csharp' README.md) marks=$(grep -A 1 '^<!-- test' README.md | grep -c '^```csharp')
[ "$blocks" -eq "$marks" ] || { echo "The README has $blocks blocks of code, $marks of them marked as tested."; exit 1; }
cp ../../fixtures/hear/cough-like-16khz-s16.wav dist/clip.wav
marked test >dist/Example.cs
output=$(run Example)
# A model's name, then a line for the file and one for the array.
grep -q untrained <<<"$output" && [ "$(grep -c '^512 numbers, the first ' <<<"$output")" -eq 2 ] ||
  { echo "The README's code printed: $output"; exit 1; }
{
  echo 'using System; using System.Collections.Generic; using System.IO; using PredictSchemata; using PredictSchemata.HearContract;'
  echo 'public static class Statements { public static void Main() => RunAsync().GetAwaiter().GetResult();'
  echo 'private static async System.Threading.Tasks.Task RunAsync() {'
  echo "using (var client = new PredictClient(new ClientOptions { Target = Target.Server(\"$server\"), Token = \"$token\" })) {"
  marked 'test: statements'
  echo '} } }'
} >dist/Statements.cs
run Statements >dist/statements.log || { cat dist/statements.log; exit 1; }
[ "$(cat dist/statements.log)" = $'512\n512' ] || { echo "The README's statements printed:"; cat dist/statements.log; exit 1; }
