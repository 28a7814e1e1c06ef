#!/bin/sh
# Builds with Debian's packages alone (golang-go, golang-github-lib-pq-dev), without a download.
set -e
cd "$(dirname "$0")"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/src"
ln -s "$PWD/../sdk/go" "$folder/src/lockstep"
GO111MODULE=off GOPATH="$folder:/usr/share/gocode" GOCACHE="${GOCACHE:-$folder/cache}" go build -o go-stock main.go
