#!/bin/sh
# One lock: test.txt is resolved first and run.txt is held to it, so both always agree.
# The files name packages and hashes only, never where they were downloaded from.
set -eu
python=$1
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
"$python" -m venv "$tools/venv"
"$tools/venv/bin/python" -m pip install --quiet --disable-pip-version-check pip-tools
compile() {
    out=$1; shift
    "$tools/venv/bin/python" -m piptools compile --quiet --allow-unsafe --generate-hashes \
        --strip-extras --no-header --no-annotate --no-emit-find-links --no-emit-index-url \
        --no-emit-options --no-emit-trusted-host --output-file="$out" "$@"
}
cp requirements/test.txt "$tools/test.txt" 2>/dev/null || true
compile "$tools/test.txt" requirements/test.in
cp requirements/run.txt "$tools/run.txt" 2>/dev/null || true
compile "$tools/run.txt" --constraint "$tools/test.txt" requirements/run.in
for name in run test; do
    { echo '# Compiled by `make lock` from the .in files: edit those.'; grep -v '^#' "$tools/$name.txt"; } \
        > "requirements/$name.txt"
done
