#!/usr/bin/env bash
# test.sh [PYTEST ARGUMENTS]: all tests, two files at a time, or those named, one after the other;
# pytest's summary is the last line.
source "$(dirname "$0")/lib.sh"
cd "$root"

bootstrap/python.sh
unit=0 # whether no other tests are named: those need no engine and no browser
for argument in "$@"; do
    case $argument in
        tests/unit*) unit=1 ;;
        tests*) unit=0 && break ;;
    esac
done
if ((!unit)); then
    bootstrap/engine.sh
    bootstrap/pulumi.sh
    # shellcheck source=/dev/null
    source "$state/env"
    bootstrap/root_image.sh "$(python -c 'from hubconfig.sections.images import ImagesArgs; print(ImagesArgs().root)')"
    command -v npm >/dev/null || install "The pipeline's emulator needs Node.js" npm
    command -v rsync >/dev/null || install "The pipeline's emulator needs rsync" rsync
    [[ -x /usr/sbin/sshd ]] || install "The tests of engines behind ssh need a server" openssh-server
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || install "The tests of state backends need PostgreSQL" postgresql
    command -v docker-registry >/dev/null || install "The tests of images from elsewhere need a registry" docker-registry
    command -v chromium >/dev/null || install "The browser tests need Chromium" chromium
    step Tests "the first time, the images are built: about 4 minutes"
fi
export PATH=$root/.venv/bin:$PATH
# In the order of their names, which has the longest first.
[[ $# -gt 0 ]] || set -- --numprocesses=2 --dist=loadfile --no-loadscope-reorder
exec pytest "$@"
