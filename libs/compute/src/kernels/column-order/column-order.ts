import { readFileSync } from 'node:fs';
import { RondelError } from '@rondel/contracts';

const page = 65_536;

/** 1 GiB, of which only what columns need is taken: those of a million rows, 64 at a time. */
const mostPages = 16_384;

interface Exports {
  orderColumns(keys: number, rows: number, columns: number, length: number, work: number): void;
}

interface Program {
  readonly memory: WebAssembly.Memory;
  readonly exports: Exports;
}

/**
 * Sorts columns of unsigned integers, keys of float32 that rise with them, each by itself and in place.
 *
 * Equal values have no order of their own, but what is done to values by their rank depends on the one they get. Here it is that
 * of NumPy's argsort on processors with AVX-512 (Bramas, "A novel hybrid quicksort algorithm vectorized using AVX-512", IJACSA 8
 * (2017) 337), so that stripes removed by sorting agree to rounding with those that TomoPy removes there; between NumPy's orders
 * on other processors TomoPy itself differs by 2e-4. The keys 0x7fffffff and 0x80000000, -0 and 0, are equal in it. In columns of
 * more than 32,768 values equal ones keep their order.
 *
 * @param keys [column, row]; then [column, rank].
 * @param rows [column, rank]: becomes the row that each key was in.
 * @param length of a column, at least 1.
 * @throws ENGINE_UNAVAILABLE where the program is not built.
 */
export function orderColumns(keys: Uint32Array, rows: Uint32Array, length: number): void {
  program ??= open();
  const { memory, exports } = program;
  const bytes = keys.byteLength;
  // Tables and two arrays, as the program's source has it.
  const needed = 2 * bytes + 4096 + 2 * (8 * length + 16);
  if (needed > memory.buffer.byteLength) memory.grow(Math.ceil((needed - memory.buffer.byteLength) / page));
  const inside = new Uint32Array(memory.buffer);
  inside.set(keys);
  exports.orderColumns(0, bytes, keys.length / length, length, 2 * bytes);
  keys.set(inside.subarray(0, keys.length));
  rows.set(inside.subarray(keys.length, 2 * keys.length));
}

let program: Program | undefined;

function open(): Program {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: mostPages, shared: true });
  const module = new WebAssembly.Module<Exports>(readModule());
  return { memory, exports: new WebAssembly.Instance(module, { env: { memory } }).exports };
}

function readModule(): Uint8Array {
  try {
    return readFileSync(new URL('../../../dist/kernels/column-order.wasm', import.meta.url));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RondelError(
      'ENGINE_UNAVAILABLE',
      `the sort of columns cannot be loaded (${reason}): build it with "npm run build -w @rondel/compute"`,
      { cause: error },
    );
  }
}
