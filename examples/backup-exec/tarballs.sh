#!/bin/sh
# Serve a folder of tarballs to `mainstay backup verify`.
#
#     tarballs.sh FOLDER list
#     tarballs.sh FOLDER read ID
#     tarballs.sh FOLDER restore ID INTO
#
# A tarball is named after the moment at which it was begun, `20261128T031500Z.tar`; beside it lies
# its checksum, `20261128T031500Z.tar.sha256`. What they hold has no quotes in its names.
set -eu

folder=$1 verb=$2

# Print a trial: what was looked at, the verdict, what was found.
trial() {
    printf '{"what": "%s", "verdict": "%s", "found": "%s"}' "$1" "$2" "$3"
}

case $verb in
list)
    points=
    for tarball in "$folder"/*T*Z.tar; do
        [ -f "$tarball" ] || continue
        name=$(basename "$tarball")
        moment=$(echo "$name" |
            sed -E 's/^(....)(..)(..)T(..)(..)(..)Z.*/\1-\2-\3T\4:\5:\6Z/')
        point="{\"id\": \"$name\", \"as-of\": \"$moment\"}"
        points="${points:+$points, }$point"
    done
    printf '{"points": [%s]}\n' "$points"
    ;;
read)
    if (cd "$folder" && sha256sum --status -c "$3.sha256"); then
        trial="$(trial 'its checksum is the one from then' pass "$3")"
    else
        trial="$(trial 'its checksum is the one from then' fail "$3 was changed")"
    fi
    printf '{"trials": [%s]}\n' "$trial"
    ;;
restore)
    tar -xf "$folder/$3" -C "$4"
    # What the tarball says it holds, and not what came out of it.
    files=$(tar -tvf "$folder/$3" | grep -c '^-')
    bytes=$(tar -tvf "$folder/$3" | awk '/^-/ {sum += $3} END {print sum + 0}')
    printf '{"files": %s, "bytes": %s}\n' "$files" "$bytes"
    ;;
*)
    echo "tarballs.sh: \`$verb\` is not list, read or restore" >&2
    exit 2
    ;;
esac
