#!/usr/bin/env bash
# Owns whether CMake, a compiler and the libraries are here, told by CMake itself and a program that needs all of them.
set -euo pipefail
cmake -P "$(dirname "$0")/toolchain.cmake"
make --version >/dev/null
"${CXX:-c++}" -std=c++17 -fsyntax-only -x c++ - <<'EOF'
#include <curl/curl.h>
#include <doctest/doctest.h>
#include <nlohmann/json.hpp>
#include <optional>
EOF
