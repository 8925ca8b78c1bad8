#!/usr/bin/env bash
# Owns one run of the unit tests with AddressSanitizer and UndefinedBehaviorSanitizer, whose first finding ends it.
set -euo pipefail
cd "$(dirname "$0")/.."
work=build/sanitized
cmake -S . -B "$work" -DCMAKE_BUILD_TYPE=None \
  -DCMAKE_CXX_FLAGS="-O1 -g1 -D_GLIBCXX_ASSERTIONS -fsanitize=address,undefined -fno-sanitize-recover=all"
cmake --build "$work" --target units --parallel 2
ctest --test-dir "$work" --output-on-failure
