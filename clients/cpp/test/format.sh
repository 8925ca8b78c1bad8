#!/usr/bin/env bash
# Owns the check that what people write here has the form of .clang-format. One release of clang-format is pinned, since each lays some code
# out in its own way; it comes from PyPI, as 4 MB instead of the 200 of a distribution's LLVM. Arguments: those of clang-format, `-i` to repair.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=../../.cache/cpp-format
wanted=clang-format==23.1.5
# Written last: an installation that was broken off is begun anew.
if [ "$(cat "$environment/complete" 2>/dev/null)" != "$wanted" ]; then
  python3 -m venv --clear "$environment"
  "$environment/bin/python" -m pip install --quiet --disable-pip-version-check "$wanted"
  echo "$wanted" >"$environment/complete"
fi
[ $# -gt 0 ] || set -- --dry-run --Werror
find driver include src test -name '*.cpp' -print0 -o -name '*.hpp' -print0 | xargs -0 "$environment/bin/clang-format" "$@"
