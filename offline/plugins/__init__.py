"""Resource plug-ins in place of the official ones, where only package registries are reachable.

`contract.json` is what they promise, `contract.py` checks inputs against it and `diff.py` compares
them; `plugin.py` carries out requests with a `handler.py` for each type, and `state.py` says what
is recorded; `serve.py` speaks gRPC, in which `failures.py` tells what failed; `docker_engine/`,
`gitlab/` and `random.py` do the work.
"""
