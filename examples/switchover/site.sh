#!/bin/sh
# Stands in for the tools of a large site: each verb writes a small file under `site/`.
set -eu
mkdir -p site
case "$1" in
  begin)
    echo free >site/puppet; echo 300 >site/ttl; echo eqiad >site/jobs; echo eqiad >site/dns ;;
  puppet | ttl | jobs | dns)
    echo "$2" >"site/$1" ;;
  warm)
    for page in 1 2 3 4 5 6 7 8 9; do : >"site/cache-$page"; done ;;
  replicate)
    cp "$2/shop.copy.db" "$3/shop.copy.db" ;;
  *)
    echo "there is no verb $1" >&2; exit 2 ;;
esac
