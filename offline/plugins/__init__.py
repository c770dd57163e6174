"""Resource plug-ins in place of the official ones, where only package registries are reachable.

`contract.json` is what they promise; `contract.py` checks inputs against it, and `diff.py` compares
inputs. `plugin.py` carries out requests with a handler for each type (`handler.py`), and `state.py`
says what is recorded. `serve.py` speaks gRPC, and `failures.py` reports failures in it.
`docker_engine/`, `gitlab/` and `random.py` do the work.
"""
