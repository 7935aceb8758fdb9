#!/usr/bin/env bash
# Puts the `tenure` of one release into a folder and onto the path of the following steps.
# Put the archive that your team builds here, with its checksum: nothing else is ever unpacked.
set -euo pipefail

url="${TENURE_URL:-https://downloads.acme.example/tenure-0.1.0-linux-x86_64.tar.gz}"
sha256="${TENURE_SHA256:-0000000000000000000000000000000000000000000000000000000000000000}"
folder="${1:?usage: install.sh FOLDER}"

archive="$(mktemp)"
trap 'rm -f "$archive"' EXIT
curl --fail --silent --show-error --location --output "$archive" "$url"
echo "$sha256  $archive" | sha256sum --check --quiet
mkdir -p "$folder"
tar --extract --gzip --file "$archive" --directory "$folder" --no-same-owner tenure
"$folder/tenure" --version
if [[ -n "${GITHUB_PATH:-}" ]]; then echo "$folder" >>"$GITHUB_PATH"; fi
