"""Resource plug-ins in place of the official ones, where only package registries are reachable.

`contract.json` is what they promise, `contract.py` checks and compares inputs against it,
`plugin.py` carries out requests with a
`handler.py` for each type, `serve.py` speaks gRPC; `docker_engine/`, `gitlab.py` and
`random.py` do the work.
"""
