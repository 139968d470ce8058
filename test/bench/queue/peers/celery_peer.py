"""Celery on Redis with a task that does nothing. For every number on stdin sends so many tasks, waits until all results
are there, and answers with the seconds that took. The worker is a process of its own: celery -A celery_peer worker."""

import os
import sys
import time

import celery

url = os.environ["RONDEL_BENCH_REDIS"]
app = celery.Celery("celery_peer", broker=url, backend=url)
app.conf.update(task_ignore_result=False, broker_connection_retry_on_startup=True)


@app.task
def nothing():
    return 1


if __name__ == "__main__":
    nothing.delay().get(timeout=60)
    print(celery.__version__, flush=True)
    for line in sys.stdin:
        start = time.perf_counter()
        for result in [nothing.delay() for _ in range(int(line))]:
            result.get()
        print(time.perf_counter() - start, flush=True)
