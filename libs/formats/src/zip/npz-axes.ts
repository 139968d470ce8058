import { RondelError } from '@rondel/contracts';
import { storedAxes } from '../array/axis-order.js';

type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Names for the axes of arrays that lie in one archive, slowest first. Those of `data` are as the caller has them, else
 * [frame, slice, angle, detector] or the last of these, with the projections first where only that fits the number of angles;
 * those of fields follow from its slices: [slice, sample, detector] or [sample, slice, detector].
 *
 * Throws `DATA_SHAPE_MISMATCH` for arrays that do not belong together and what can be read in two ways.
 */
export function npzAxes(
  label: string,
  shapes: Shapes,
  given: readonly string[] | undefined,
): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, readonly string[]>();
  const data = shapes.get('data') ?? [];
  const axes = given ?? dataAxes(label, data, shapes.get('angles')?.[0]);
  if (axes === undefined) return named;
  named.set('data', axes);
  const { names } = storedAxes(axes);
  const extent = (axis: string) => data[names.indexOf(axis)] ?? 1;
  for (const [name, shape] of shapes) {
    if (name === 'white' || name === 'dark')
      named.set(name, fieldAxes(label, { name, shape, slices: extent('slice'), detectors: extent('detector') }));
    if (name === 'angles' && shape.length !== 1)
      throw mismatch(label, `angles must be a list, has shape [${shape.join(', ')}]`);
    if (name === 'angles') named.set(name, ['angle']);
  }
  return named;
}

function dataAxes(label: string, shape: readonly number[], angles: number | undefined): readonly string[] | undefined {
  if (shape.length < 2 || shape.length > 4) return undefined;
  const usual = ['frame', 'slice', 'angle', 'detector'].slice(-shape.length);
  const turned = shape.length === 2 ? ['detector', 'angle'] : [...usual.slice(0, -3), 'angle', 'slice', 'detector'];
  const fits = (order: readonly string[]) => angles === undefined || shape[order.indexOf('angle')] === angles;
  if (!fits(usual) && fits(turned)) return turned;
  if (angles === undefined || angles === 1 || !fits(usual) || !fits(turned)) return usual;
  throw mismatch(
    label,
    `data of shape [${shape.join(', ')}] can be read in two ways, as [${usual.join()}] and as [${turned.join()}]. Say which: put ?axes=${usual.join()} or ?axes=${turned.join()} behind its name`,
  );
}

interface Field {
  readonly name: string;
  readonly shape: readonly number[];
  readonly slices: number;
  readonly detectors: number;
}

function fieldAxes(label: string, { name, shape, slices, detectors }: Field): readonly string[] {
  const [first, second, width] = shape;
  const isField = shape.length === 3 && width === detectors;
  // As many samples as slices are taken for images one after the other, as everybody stores them.
  if (isField && second === slices) return ['sample', 'slice', 'detector'];
  if (isField && first === slices) return ['slice', 'sample', 'detector'];
  throw mismatch(
    label,
    `${name} must be [sample, slice, detector] with ${slices} slices and ${detectors} detectors as the data, has shape [${shape.join(', ')}]; one image is stored as ${name}[None]`,
  );
}

function mismatch(label: string, problem: string): RondelError {
  return new RondelError('DATA_SHAPE_MISMATCH', `${label}: ${problem}.`);
}
