#!/bin/sh
# build.sh [FOLDER]: compiles into `build`, unless another folder is given, with Debian's packages alone
# (openjdk-17-jdk-headless, libpostgresql-jdbc-java, libgoogle-gson-java), without a download.
set -e
target=$(mkdir -p "${1:-$(dirname "$0")/build}" && cd "${1:-$(dirname "$0")/build}" && pwd)
cd "$(dirname "$0")"
javac -cp /usr/share/java/postgresql.jar:/usr/share/java/gson.jar -d "$target" ../sdk/java/Lockstep.java Seats.java
