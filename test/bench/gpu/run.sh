#!/bin/sh
# Starts the benchmark with the Node.js of this folder. Needs this shell, the GPU's Vulkan driver and its loader
# libvulkan.so.1; not even a PATH.
case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
here=$(CDPATH='' cd -- "$here" && pwd)

# The C++ library that comes along serves where the system has none: its own one suits the driver better.
if ! "$here/bin/node" --version >/dev/null 2>&1; then
  LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$here/lib"
  export LD_LIBRARY_PATH
fi
exec "$here/bin/node" "$here/bench/gpu/bench.mjs" "$@"
