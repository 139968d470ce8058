import type { ProgramPass, ProgramSequence } from '../../webgpu/program-sequence.js';
import type { ProgramTable } from '../../webgpu/program.js';
import type { Shape3D } from '../shape-3d.js';
import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { rootTables, transformPasses, type ElementAccess } from './fourier-programs.js';
import { gatherProgram, lineTables } from './gather-program.js';
import { graphicsParts, gridSize, type GridSize } from './grid-size.js';
import { pixelFactors } from './grid-tables.js';

/** Where programs find an angle's row of a slice. */
const rowLoad: ElementAccess['code'] = `
  fn load(outer : i32, k : i32, inner : i32) -> vec2<f32> {
    if (k >= uniforms.detectors) { return vec2<f32>(0.0); }
    let row = (uniforms.firstAngle + outer) * uniforms.detectors + k;
    return vec2<f32>(x[row * uniforms.batch + uniforms.firstSlice + inner], 0.0);
  }`;

/** Only rows of the image are kept of a column, y going up, with the window's transform taken out: [x, row, slice]. */
const columnStore: ElementAccess['code'] = `
  fn store(outer : i32, k : i32, inner : i32, value : vec2<f32>) {
    let row = uniforms.rows / 2 - select(k, k - uniforms.length, 2 * k > uniforms.length);
    if (row < 0 || row >= uniforms.rows) { return; }
    result[(outer * uniforms.rows + row) * uniforms.inner + inner] = value * rowFactors[row];
  }`;

/** Two rows of the image as one complex one, by the columns of the half grid: the others are their complex conjugates. */
const pairLoad: ElementAccess['code'] = `
  fn load(outer : i32, k : i32, inner : i32) -> vec2<f32> {
    let slice = inner % uniforms.slices;
    let row = 2 * (inner / uniforms.slices);
    let isMirrored = 2 * k > uniforms.length;
    let at = (select(k, uniforms.length - k, isMirrored) * uniforms.rows + row) * uniforms.slices + slice;
    let sign = select(1.0, -1.0, isMirrored);
    let a = vec2<f32>(x[at].x, sign * x[at].y);
    if (row + 1 >= uniforms.rows) { return a; }
    let b = vec2<f32>(x[at + uniforms.slices].x, sign * x[at + uniforms.slices].y);
    return vec2<f32>(a.x - b.y, a.y + b.x);
  }`;

const pairStore: ElementAccess['code'] = `
  fn store(outer : i32, k : i32, inner : i32, value : vec2<f32>) {
    let column = uniforms.columns / 2 + select(k, k - uniforms.length, 2 * k > uniforms.length);
    if (column < 0 || column >= uniforms.columns) { return; }
    let slice = inner % uniforms.slices;
    let row = 2 * (inner / uniforms.slices);
    let found = value * columnFactors[column];
    let at = (row * uniforms.columns + column) * uniforms.batch + uniforms.firstSlice + slice;
    result[at] = found.x;
    if (row + 1 < uniforms.rows) { result[at + uniforms.columns * uniforms.batch] = found.y; }
  }`;

/** What all slices of a call have in common. */
interface GriddedCall {
  readonly geometry: ParallelGeometry;
  readonly size: GridSize;
  readonly batch: number;
  readonly roots: (length: number) => ProgramTable;
  readonly factors: { readonly rows: ProgramTable; readonly columns: ProgramTable };
  readonly blocks: readonly AngleBlock[];
}

interface AngleBlock {
  readonly first: number;
  readonly count: number;
  readonly tables: readonly ProgramTable[];
}

interface SliceBlock {
  readonly first: number;
  readonly count: number;
}

/**
 * Slices are computed together as far as they fit what they may take, and angles block by block. Every cell of the grid gathers the
 * samples around it in the order of the angles, so what a slice becomes does not depend on those beside it.
 */
export function gridPrograms([, , batch]: Shape3D, geometry: ParallelGeometry): ProgramSequence {
  const size = gridSize(geometry);
  const { anglesPerBlock, slices, values } = graphicsParts(size, { ...geometry, batch });
  const blocks: AngleBlock[] = [];
  for (let first = 0; first < geometry.angles.length; first += anglesPerBlock) {
    const angles = geometry.angles.subarray(first, first + anglesPerBlock);
    blocks.push({ first, count: angles.length, tables: lineTables(angles, geometry, size) });
  }
  const factorsOf = (name: string, pixels: number, cells: number): ProgramTable => ({
    name,
    values: pixelFactors(pixels, cells),
    components: 1,
  });
  const [rows, columns] = geometry.shape;
  const factors = {
    rows: factorsOf('rowFactors', rows, size.grid[1]),
    columns: factorsOf('columnFactors', columns, size.grid[0]),
  };
  const call = { geometry, size, batch, roots: rootTables(), factors, blocks };
  const passes: ProgramPass[] = [];
  for (let first = 0; first < batch; first += slices) {
    passes.push(...slicePasses(call, { first, count: Math.min(slices, batch - first) }));
  }
  return { arrays: values, passes };
}

function slicePasses(call: GriddedCall, slices: SliceBlock): ProgramPass[] {
  const { geometry, size, batch, roots, factors } = call;
  const [rows, columns] = geometry.shape;
  const [gridX, gridY] = size.grid;
  const gridded = call.blocks.flatMap((block) => gatherPasses(call, slices, block));
  const alongY = transformPasses(
    {
      outer: gridX / 2 + 1,
      length: gridY,
      inner: slices.count,
      sign: 1,
      store: { name: 'Column', code: columnStore, components: 2, tables: [factors.rows], uniforms: { rows } },
    },
    { from: 'grid', to: 'work', other: 'grid' },
    roots,
  );
  const other = alongY.result === 'grid' ? 'work' : 'grid';
  const uniforms = { rows, columns, batch, firstSlice: slices.first, slices: slices.count };
  const alongX = transformPasses(
    {
      outer: 1,
      length: gridX,
      inner: Math.ceil(rows / 2) * slices.count,
      sign: 1,
      load: { name: 'Pair', code: pairLoad, components: 2, uniforms },
      store: { name: 'Pair', code: pairStore, components: 1, tables: [factors.columns], uniforms },
    },
    { from: alongY.result, to: other, other: alongY.result, last: 'output' },
    roots,
  );
  return [...gridded, ...alongY.passes, ...alongX.passes];
}

/** Rows to their frequencies, and those onto the grid. */
function gatherPasses(
  { geometry, size, batch, roots }: GriddedCall,
  slices: SliceBlock,
  block: AngleBlock,
): ProgramPass[] {
  const { detectors } = geometry;
  const ofRows = transformPasses(
    {
      outer: block.count,
      length: size.rowLength,
      inner: slices.count,
      sign: -1,
      load: {
        name: 'Row',
        code: rowLoad,
        components: 1,
        uniforms: { detectors, batch, firstAngle: block.first, firstSlice: slices.first },
      },
    },
    { from: 'input', to: 'samples', other: 'work' },
    roots,
  );
  const gathering = gatherProgram(size, { ...block, slices: slices.count, isFirst: block.first === 0 });
  return [...ofRows.passes, { program: gathering, from: ofRows.result, to: 'grid' }];
}
