import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a file is called that tells of the memory of a control group. */
export interface MemoryGroupFile {
  readonly v2: string;
  readonly v1: string;
}

/**
 * What the kernel says of the memory of the control group in which this process is, which is how containers are limited
 * (cgroups(7)). Empty where there is no such group, as on macOS.
 *
 * @param root For tests.
 */
export function readMemoryGroup({ v2, v1 }: MemoryGroupFile, root = '/'): string {
  const groups = readText(join(root, 'proc/self/cgroup'));
  const unified = /^0::(\/.*)$/m.exec(groups)?.[1];
  const apart = /^\d+:(?:\w+,)*memory(?:,\w+)*:(\/.*)$/m.exec(groups)?.[1];
  const folder = join(root, 'sys/fs/cgroup');
  const paths = [
    ...(unified === undefined ? [] : [join(folder, unified, v2)]),
    // A container may see the path that its group has outside, but its own group where the path begins.
    ...(apart === undefined ? [] : [join(folder, 'memory', apart, v1), join(folder, 'memory', v1)]),
  ];
  for (const path of paths) {
    const text = readText(path);
    if (text !== '') return text;
  }
  return '';
}

/** Empty for a file that this system does not have. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
