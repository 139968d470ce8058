#!/bin/bash
# Workers of Rondel on a Slurm cluster, one per task of the array:
#
#   export REDIS_URL=rediss://... RONDEL_TRUST_KEY=/shared/rondel/trust RONDEL_STORE=/shared/rondel/store
#   sbatch --array=1-8 --export=ALL infra/slurm/rondel-workers.sh
#   sbatch --array=1-4 --gres=gpu:1 --export=ALL,RONDEL_POOL=gpu,RONDEL_ENGINE=tensorflow infra/slurm/rondel-workers.sh
#
# REDIS_URL      the Redis of the API, reachable from the compute nodes, with the user of the pool that `rondel redis-acl` prints
# REDIS_CA       certificate of its authority, where that is your own
# RONDEL_TRUST_KEY  public key of the API, or a folder with such keys: nothing else's work runs
# RONDEL_STORE   folder of the artifact store, on a file system that API and workers share
# RONDEL_POOL    pools to serve (default: default)
# RONDEL_ENGINE  what computes (default: auto)
# RONDEL_GRACE   seconds that running jobs get to end (default: 90; less than the 120 of --signal)
# RONDEL_PACKAGES  reconstruction packages beside the built-in one, the same as for the API (default: none)
# RONDEL_UMASK   permissions that files do not get (default: 0077, so API and workers are one account's; 0007 where they
#                are accounts of one group that the store's folder gives to new files, chmod g+s)
# RONDEL_PROGRAM the command (default: rondel on the PATH)
#
# Two minutes before the walltime ends Slurm sends SIGTERM to this script, which passes it on: the worker takes nothing
# more, finishes what it runs or hands it back to the queue, where another worker takes it, and ends. `scancel --signal=TERM
# --batch JOB` does the same at any time.

#SBATCH --job-name=rondel-worker
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=4
#SBATCH --mem=16G
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --output=rondel-worker-%A_%a.log

set -u

: "${REDIS_URL:?is not set: name the Redis of the API}"
: "${RONDEL_STORE:?is not set: name the folder of the artifact store}"
export REDIS_URL

# In the background, as the shell handles a signal only when no command runs in the foreground. A step of its own
# (srun) would get no SIGTERM from the batch shell's trap in time, and one worker needs none.
"${RONDEL_PROGRAM:-rondel}" worker \
  --pool "${RONDEL_POOL:-default}" \
  --engine "${RONDEL_ENGINE:-auto}" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" \
  --grace "${RONDEL_GRACE:-90}" \
  --label "slurm=${SLURM_JOB_ID:-none}" \
  --store "$RONDEL_STORE" &
worker=$!

trap 'kill -TERM "$worker" 2>/dev/null' TERM INT

# `wait` also returns when a signal arrives; the worker has ended only when there is no such process any more.
wait "$worker"
while kill -0 "$worker" 2>/dev/null; do
  wait "$worker"
done
wait "$worker"
