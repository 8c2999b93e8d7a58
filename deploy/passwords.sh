#!/bin/sh
# Prints new passwords of the database for deploy/.env: one for the owner, who
# migrates, and one for the login of each service.
for login in POSTGRES INTEGRATION ATTENDANCE GATEWAY IDENTITY; do
  echo "${login}_PASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
done
