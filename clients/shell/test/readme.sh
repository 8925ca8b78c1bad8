#!/usr/bin/env bash
# Owns the proof that the README's marked blocks work as they stand there, and that wrong use is told. Arguments: a server and a token.
set -euo pipefail
server=$1 token=$2
code=$(awk '/^<!-- test -->/ { marked = 1; next } marked && /^```sh/ { inside = 1; next } inside && /^```/ { inside = marked = 0; next } inside' README.md)
output=$(bash -euo pipefail -c "$(sed "s|http://127.0.0.1:8080|$server|; s|TOKEN=TOKEN|TOKEN=$token|; s|Bearer TOKEN|Bearer $token|" <<<"$code")")
[ "$output" = $'512\n"INVALID_AUDIO"\n512' ] || { echo "The README's code printed: $output"; exit 1; }

expect() {
  local want=$1 code=0
  shift
  "$@" >/dev/null 2>&1 || code=$?
  [ "$code" -eq "$want" ] || { echo "Expected $want of $*, got $code"; exit 1; }
}
expect 0 ./predict-schemata --help
expect 2 ./predict-schemata sing
expect 2 ./predict-schemata predict nothing
expect 2 ./predict-schemata embed --deadline-ms soon
expect 2 ./predict-schemata embed no-such-file.wav
expect 11 ./predict-schemata embed --url "$server" --token wrong-token-0123456789 ../../fixtures/hear/tone-4khz-u8.wav
expect 18 ./predict-schemata embed --url http://127.0.0.1:1 --max-attempts 1 ../../fixtures/hear/tone-4khz-u8.wav
