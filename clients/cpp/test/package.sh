#!/usr/bin/env bash
# Owns the proof that another project can find the installed library, and that the README's marked code works as it stands there.
# Arguments: a server and a token.
set -euo pipefail
server=$1 token=$2
work=build/package
rm -rf "$work"
mkdir -p "$work/run"
cmake --install build --prefix "$work/installed" >"$work/install.log"
cmp LICENSE "$work/installed/share/doc/predict_schemata/LICENSE"
awk '/^<!-- test -->/ { marked = 1; next } marked && /^```cpp/ { inside = 1; next } inside && /^```/ { inside = marked = 0; next } inside' README.md |
  sed "s|http://127.0.0.1:8080|$server|; s|\"TOKEN\"|\"$token\"|" >"$work/example.cpp"
cmake -S test/consumer -B "$work/consumer" -DCMAKE_PREFIX_PATH="$PWD/$work/installed" -DEXAMPLE="$PWD/$work/example.cpp" \
  -DCMAKE_CXX_FLAGS="-Wall -Wextra -Werror" >"$work/configure.log" || { cat "$work/configure.log"; exit 1; }
cmake --build "$work/consumer" || exit 1
cp ../../fixtures/hear/cough-like-16khz-s16.wav "$work/run/clip.wav"
output=$(cd "$work/run" && ../consumer/example)
# A model's name, then a line for the file and one for the array.
grep -q untrained <<<"$output" && [ "$(grep -c '^512 numbers, the first ' <<<"$output")" -eq 2 ] ||
  { echo "The README's code printed: $output"; exit 1; }
# A program that asks for a version that this one is not is told so.
mkdir "$work/another"
sed 's/predict_schemata 1.0/predict_schemata 99.0/' test/consumer/CMakeLists.txt >"$work/another/CMakeLists.txt"
! grep -q 99.0 "$work/another/CMakeLists.txt" || ! cmake -S "$work/another" -B "$work/another" -DEXAMPLE="$PWD/$work/example.cpp" \
  -DCMAKE_PREFIX_PATH="$PWD/$work/installed" >/dev/null 2>&1 || { echo "Expected version 99 not to be found, got it."; exit 1; }
