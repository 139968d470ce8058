import type { ProgramPass } from '../../webgpu/program-sequence.js';
import { usualWorkgroupSize, type Components, type ProgramTable } from '../../webgpu/program.js';
import { passesOf } from './grid-size.js';
import { rootTable } from './grid-tables.js';

/** Where a pass takes an element or puts it, by WGSL that has `outer`, `k` and `inner`; what the array holds. */
export interface ElementAccess {
  /** Names the code: the same name means the same code. */
  readonly name: string;
  /** WGSL of `fn load(...) -> vec2<f32>` or of `fn store(..., value : vec2<f32>)`. */
  readonly code: string;
  readonly components: Components;
  readonly tables?: readonly ProgramTable[];
  readonly uniforms?: Readonly<Record<string, number>>;
}

/** Transforms along the middle axis of an array [outer, length, inner] of complex numbers, not scaled. */
export interface Transform {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
  /** Of the exponent i: -1 for frequencies of values, 1 for the way back. */
  readonly sign: 1 | -1;
  /** Where the first pass finds its elements, by default in the array `from`. */
  readonly load?: ElementAccess;
  /** Where the last one puts them, by default into the array that it writes. */
  readonly store?: ElementAccess;
}

const plainLoad: ElementAccess = {
  name: 'Plain',
  code: `
  fn load(outer : i32, k : i32, inner : i32) -> vec2<f32> {
    return x[(outer * uniforms.length + k) * uniforms.inner + inner];
  }`,
  components: 2,
};

const plainStore: ElementAccess = {
  name: 'Plain',
  code: `
  fn store(outer : i32, k : i32, inner : i32, value : vec2<f32>) {
    result[(outer * uniforms.length + k) * uniforms.inner + inner] = value;
  }`,
  components: 2,
};

/** The root tables of lengths, each made once: a sequence uploads each of them once. */
export function rootTables(): (length: number) => ProgramTable {
  const made = new Map<number, ProgramTable>();
  return (length) => {
    const found = made.get(length);
    if (found !== undefined) return found;
    const table = { name: 'roots', values: rootTable(length), components: 2 } as const;
    made.set(length, table);
    return table;
  };
}

/**
 * The passes of a transform whose length has no prime factor above 5, each from one array to another (Stockham's form of Cooley and
 * Tukey's algorithm, which needs no reordering). They go to and fro between two arrays.
 *
 * @param names Where the first pass reads, where it writes, and the other array; the last pass writes into `last` where that is given.
 * @returns the passes, and where the result is.
 */
export function transformPasses(
  transform: Transform,
  {
    from,
    to,
    other,
    last,
  }: { readonly from: string; readonly to: string; readonly other: string; readonly last?: string },
  roots: (length: number) => ProgramTable,
): { readonly passes: ProgramPass[]; readonly result: string } {
  const radices = passesOf(transform.length);
  const passes: ProgramPass[] = [];
  let [source, target, done] = [from, to, 1];
  radices.forEach((radix, index) => {
    const isLast = index === radices.length - 1;
    if (isLast && last !== undefined) target = last;
    const load = (index === 0 ? transform.load : undefined) ?? plainLoad;
    const store = (isLast ? transform.store : undefined) ?? plainStore;
    passes.push(fourierPass(transform, { radix, done, load, store }, { source, target, roots }));
    source = target;
    target = source === to ? other : to;
    done *= radix;
  });
  return { passes, result: source };
}

function fourierPass(
  { outer, length, inner, sign }: Transform,
  {
    radix,
    done,
    load,
    store,
  }: { readonly radix: number; readonly done: number; readonly load: ElementAccess; readonly store: ElementAccess },
  {
    source,
    target,
    roots,
  }: { readonly source: string; readonly target: string; readonly roots: (length: number) => ProgramTable },
): ProgramPass {
  const program = {
    name: `Fourier${radix}${sign === 1 ? 'Back' : ''}${load.name}${store.name}`,
    code: codeOf(radix, sign, { load, store }),
    components: load.components,
    resultComponents: store.components,
    invocations: (outer * length * inner) / radix,
    workgroupSize: usualWorkgroupSize,
    tables: [roots(length), ...(load.tables ?? []), ...(store.tables ?? [])],
    uniforms: { outer, length, inner, done, ...load.uniforms, ...store.uniforms },
  };
  return { program, from: source, to: target };
}

/** One butterfly of `radix` elements per invocation; `done` is the product of the radices of the passes before. */
function codeOf(radix: number, sign: 1 | -1, { load, store }: Record<'load' | 'store', ElementAccess>): string {
  const places = Array.from({ length: radix }, (_, place) => place);
  const sums = places.map((frequency) => {
    const terms = places.map((place) => term(place, (frequency * place) % radix, { radix, sign }));
    return `let sum${frequency} = ${terms.join(' + ')};`;
  });
  return `
  ${load.code}
  ${store.code}

  fn turned(value : vec2<f32>, root : vec2<f32>) -> vec2<f32> {
    return vec2<f32>(value.x * root.x - value.y * root.y, value.x * root.y + value.y * root.x);
  }

  fn rootAt(index : i32) -> vec2<f32> { return roots[index] * vec2<f32>(1.0, ${sign}.0); }

  fn main(index : i32) {
    let inner = index % uniforms.inner;
    let rest = index / uniforms.inner;
    let part = uniforms.length / ${radix};
    let butterfly = rest % part;
    let outer = rest / part;
    if (outer >= uniforms.outer) { return; }
    let place = butterfly % uniforms.done;
    let turn = place * (part / uniforms.done);
    let v0 = load(outer, butterfly, inner);
    ${places
      .slice(1)
      .map((at) => `let v${at} = turned(load(outer, butterfly + ${at} * part, inner), rootAt(${at} * turn));`)
      .join('\n    ')}
    ${sums.join('\n    ')}
    let first = (butterfly - place) * ${radix} + place;
    ${places.map((at) => `store(outer, first + ${at} * uniforms.done, inner, sum${at});`).join('\n    ')}
  }`;
}

/** v times exp(sign 2 pi i turns / radix), in WGSL. */
function term(
  place: number,
  turns: number,
  { radix, sign }: { readonly radix: number; readonly sign: number },
): string {
  if (turns === 0) return `v${place}`;
  if (2 * turns === radix) return `-v${place}`;
  const angle = (sign * 2 * Math.PI * turns) / radix;
  if (4 * turns === radix || 4 * turns === 3 * radix) {
    return Math.sin(angle) > 0 ? `vec2<f32>(-v${place}.y, v${place}.x)` : `vec2<f32>(v${place}.y, -v${place}.x)`;
  }
  return `turned(v${place}, vec2<f32>(${Math.cos(angle).toFixed(9)}, ${Math.sin(angle).toFixed(9)}))`;
}
