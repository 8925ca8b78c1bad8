#!/usr/bin/env bash
# Owns whether CMake, a compiler with its sanitizers and the libraries are here, told by CMake itself and programs that need them.
set -euo pipefail
cmake -P "$(dirname "$0")/toolchain.cmake"
make --version >/dev/null
"${CXX:-c++}" -std=c++17 -fsyntax-only -x c++ - <<'EOF'
#include <curl/curl.h>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <optional>
EOF
# Linked, since the sanitizers' libraries may be missing where the compiler knows the flag.
program=$(mktemp)
trap 'rm -f "$program"' EXIT
"${CXX:-c++}" -fsanitize=address,undefined -o "$program" -x c++ - <<<'int main() {}'
