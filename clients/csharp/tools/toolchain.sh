#!/usr/bin/env bash
# Owns whether Mono's compiler, the libraries and the tools are here, told by compiling a program that needs them.
set -euo pipefail
command -v mono mcs nuget nunit-console >/dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'class A { [NUnit.Framework.Test] public void T() => new System.Net.Http.HttpClient().Dispose(); Newtonsoft.Json.Linq.JObject o = null; }' >"$work/a.cs"
mcs -nologo -target:library -nowarn:414 -out:"$work/a.dll" -r:System.Net.Http.dll -r:"$(bash "$(dirname "$0")/assembly.sh" Newtonsoft.Json)" -r:"$(bash "$(dirname "$0")/assembly.sh" nunit.framework)" "$work/a.cs"
