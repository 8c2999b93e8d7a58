#!/bin/sh
# Writes new passwords of the database to the file that is named, deploy/.env without
# one: one for the owner, who migrates, and one for the login of each service. Only its
# owner may read the file, and one that is there stays as it is: the database has its
# passwords.
set -eu
file=${1:-$(dirname "$0")/.env}
umask 077
set -C
for login in POSTGRES INTEGRATION ATTENDANCE GATEWAY IDENTITY; do
  echo "${login}_PASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done > "$file"
