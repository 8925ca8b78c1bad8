#!/bin/sh
# Owns building the package: the archive that Composer would hand out, unpacked into the folder given as the argument, where tests
# and driver use it.
set -eu
rm -rf dist "$1"
mkdir -p dist "$1"
composer archive --format=tar --dir=dist --file=predict-schemata --no-interaction --quiet
tar --extract --file=dist/predict-schemata.tar --directory="$1"
