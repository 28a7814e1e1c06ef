#!/bin/sh
# build.sh EXAMPLE [FOLDER]: builds the example's program, into its own folder unless another is given, with Debian's
# packages alone (golang-go, golang-github-lib-pq-dev, golang-github-jackc-pgx-v4-dev), without a download.
set -e
name=$(basename "$1")
target=$(cd "${2:-$1}" && pwd)
sdk=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/src"
ln -s "$sdk" "$folder/src/lockstep"
cd "$1"
GO111MODULE=off GOPATH="$folder:/usr/share/gocode" GOCACHE="${GOCACHE:-$folder/cache}" go build -o "$target/$name" main.go
