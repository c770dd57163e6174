#!/bin/bash
# Whether the notebook server answers: asked by bash itself, since a Python or curl in every
# notebook would cost more than the answer is worth. /api needs no sign-in and counts as nobody's
# activity.
set -e
url=${JUPYTERHUB_SERVICE_URL:-http://0.0.0.0:${JUPYTER_PORT:-8888}/}
[[ $url =~ ^http://[^:/]+:([0-9]+)(/.*)$ ]]
exec 3<>"/dev/tcp/127.0.0.1/${BASH_REMATCH[1]}"
printf 'GET %sapi HTTP/1.0\r\n\r\n' "${BASH_REMATCH[2]}" >&3
read -r _ status _ <&3
[[ $status == 200 ]]
