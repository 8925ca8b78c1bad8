#!/usr/bin/env bash
# Prints where the platform keeps an assembly. Packages of libraries for Mono put them below one of these.
set -u
find /usr/lib/cli /usr/lib/mono /usr/local/lib/mono -name "$1.dll" 2>/dev/null | sort | head -n 1 | grep .
