import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What a measurement ran on. */
export function describeMachine() {
  return {
    cpu: cpus()[0]?.model.trim() ?? arch(),
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    loadAverage: loadavg()[0],
  };
}
