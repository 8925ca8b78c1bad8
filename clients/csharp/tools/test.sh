#!/usr/bin/env bash
# Owns the unit tests, and the proof that the README's marked code works as it stands there. Arguments: a server and a token.
set -euo pipefail
cd "$(dirname "$0")/.."
server=$1 token=$2
(cd dist && nunit-console Units.dll -nologo -noshadow -nodots >units.log 2>&1) || { cat dist/units.log; exit 1; }
awk '/^<!-- test -->/ { marked = 1; next } marked && /^```csharp/ { inside = 1; next } inside && /^```/ { inside = marked = 0; next } inside' README.md |
  sed "s|http://127.0.0.1:8080|$server|; s|\"TOKEN\"|\"$token\"|" >dist/Example.cs
mcs -langversion:7.2 -warnaserror -nologo -lib:dist -r:PredictSchemata.dll -out:dist/Example.exe dist/Example.cs
cp ../../fixtures/hear/cough-like-16khz-s16.wav dist/clip.wav
output=$(cd dist && mono Example.exe)
# A model's name, then a line for the file and one for the array.
grep -q untrained <<<"$output" && [ "$(grep -c '^512 numbers, the first ' <<<"$output")" -eq 2 ] ||
  { echo "The README's code printed: $output"; exit 1; }
