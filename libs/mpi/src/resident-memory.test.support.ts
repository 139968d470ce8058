import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Linux lets a process forget its largest memory so far. */
export const canMeasure = existsSync('/proc/self/clear_refs');
if (!canMeasure) console.log('The memory that steps take is not measured: it needs /proc/self/clear_refs of Linux.');

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function statusBytes(name: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  return Number(kibibytes) * 1024;
}

const pieceBytes = 4 * 2 ** 20;

/** Takes what others have freed and the process has not given back, until it grows with what it takes. */
function occupyFreed(): Float32Array[] {
  const taken: Float32Array[] = [];
  for (let grown = 0; grown < 8;) {
    const before = statusBytes('VmRSS');
    taken.push(new Float32Array(pieceBytes / 4).fill(1));
    grown = statusBytes('VmRSS') - before > pieceBytes / 2 ? grown + 1 : 0;
  }
  return taken;
}

/** What V8 holds for objects; arrays lie elsewhere. */
const heapBytes = () => getHeapStatistics().total_physical_size;

/** What the process holds at most while `work` runs, less what it held before and what V8's heap has grown by. */
export async function peakOf(work: () => Promise<unknown>): Promise<number> {
  collectGarbage();
  await setImmediate();
  collectGarbage();
  const ballast = occupyFreed();
  writeFileSync('/proc/self/clear_refs', '5');
  const [before, heapBefore] = [statusBytes('VmRSS'), heapBytes()];
  await work();
  const most = statusBytes('VmHWM');
  ballast.length = 0;
  return most - before - Math.max(0, heapBytes() - heapBefore);
}
