#!/usr/bin/env bash
# Owns the conformance driver of the shell client (clients/README.md): a case a line in, a result a line out, by the command as a user
# would type it. Perl packs numbers into bytes, which the client itself never does.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Errors as they are, numbers as base64 of 32-bit floats.
shown_predictions() {
  jq -r 'if .error then tojson else [.[]][0] | [.[]] | map(tostring) | join(" ") end' |
    perl -MMIME::Base64 -ne 'chomp; print $comma; $comma = ","; if (/^\{/) { print } else { printf qq({"values":"%s"}), encode_base64(pack("f<*", split / /), "") }'
}

run_case() {
  local given=$1 args=() sounds=() algorithm call cancel_after
  algorithm=$(jq -r .algorithm <<<"$given")
  call=$(jq -r .call <<<"$given")
  cancel_after=$(jq -r '.cancel_after_ms // ""' <<<"$given")
  mapfile -t args < <(jq -r '.endpoint | "--url", .base_url, "--project", .project, "--location", .location, "--endpoint", .endpoint' <<<"$given")
  mapfile -t -O "${#args[@]}" args < <(jq -r '.options | to_entries[] | select(.key != "max_parallel_calls") | "--\(.key | gsub("_"; "-"))", "\(.value)"' <<<"$given")
  mapfile -t -O "${#args[@]}" args < <(jq -r '.headers | to_entries[] | "--header", "\(.key): \(.value)"' <<<"$given")
  mapfile -t tokens < <(jq -r '.tokens[]' <<<"$given")
  if [ "${#tokens[@]}" -eq 1 ]; then args+=(--token "${tokens[0]}"); fi
  if [ "${#tokens[@]}" -gt 1 ]; then
    # The next one of a list each time that the present one was refused.
    printf '%s\n' "${tokens[@]}" >"$work/tokens"
    cat >"$work/provider" <<'PROVIDER'
if [ -n "$REFUSED_TOKEN" ] && [ "$REFUSED_TOKEN" = "$(head -n 1 "$1")" ] && [ "$(wc -l <"$1")" -gt 1 ]; then sed -i 1d "$1"; fi
head -n 1 "$1"
PROVIDER
    args+=(--token-command "bash $work/provider $work/tokens")
  fi
  local gcs_token
  gcs_token=$(jq -r '[.sounds[]?.token // empty][0] // ""' <<<"$given")
  [ -z "$gcs_token" ] || args+=(--gcs-token "$gcs_token")

  if [ "$call" = instances ]; then
    jq -c '.instances[]' <<<"$given" >"$work/instances"
    ./predict-schemata instances "$algorithm" "${args[@]}" <"$work/instances" >"$work/out" 2>"$work/err" &
  else
    mapfile -t sounds < <(jq -r '.sounds[]? | .file // .uri' <<<"$given")
    ./predict-schemata predict "$algorithm" "${args[@]}" -- "${sounds[@]}" </dev/null >"$work/out" 2>"$work/err" &
  fi
  local pid=$! code=0 killer=''
  if [ -n "$cancel_after" ]; then
    (sleep "$(printf '%d.%03d' $((cancel_after / 1000)) $((cancel_after % 1000)))" && kill -TERM "$pid") 2>/dev/null &
    killer=$!
  fi
  wait "$pid" || code=$?
  [ -z "$killer" ] || kill "$killer" 2>/dev/null

  local name
  name=$(jq -c .case <<<"$given")
  if [ "$code" -eq 0 ]; then
    printf '{"case":%s,"ok":true,"predictions":[%s]}\n' "$name" "$(shown_predictions <"$work/out")"
  elif [ "$code" -eq 143 ]; then
    printf '{"case":%s,"ok":false,"error":{"kind":"cancelled","message":"","status":null,"reason":null,"request_id":null}}\n' "$name"
  else
    local error
    error=$(tail -n 1 "$work/err" | jq -ce 'objects' 2>/dev/null) ||
      error=$(jq -cRs '{kind: "unexpected", message: ., status: null, reason: null, request_id: null}' "$work/err")
    printf '{"case":%s,"ok":false,"error":%s}\n' "$name" "$error"
  fi
}

while IFS= read -r line; do run_case "$line"; done
