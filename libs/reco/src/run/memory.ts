import {
  elementCount,
  elementSize,
  foundIn,
  RondelError,
  type ArrayFacts,
  type DatasetFacts,
  type EngineName,
} from '@rondel/contracts';
import type { BuiltStep } from '../build/build.js';
import type { InputShape } from '../node/built-node.js';
import {
  isReachOfWhole,
  mostHaloAlong,
  neededBy,
  parallelAlong,
  reachesOf,
  type WholeInput,
} from '../node/parallel-axes.js';
import { wholeInputs } from './input-sizes.js';

/** Memory that one step may take. */
export interface MemoryRoom {
  /** Bytes on the device; where tensors lie in the host's memory, bytes of everything. */
  readonly memoryBytes: number;
  /** Bytes of arrays on the host, for a device that has a memory of its own; absent: the device is the host. */
  readonly hostBytes?: number | undefined;
  /** The same when all of it is free; absent: it is. */
  readonly whole?: Pick<MemoryRoom, 'memoryBytes' | 'hostBytes'> | undefined;
  /** That computes here; absent: not known, and estimates are for the one that takes most. */
  readonly engine?: EngineName | undefined;
  /** By how much the estimates of a step type fell short here, 1 unless said otherwise. */
  readonly factors?: Readonly<Record<string, number>> | undefined;
}

/** What a step needs of the memory that it comes nearest to filling. */
export interface StepNeed {
  readonly neededBytes: number;
  readonly availableBytes: number;
}

type EstimatedStep = Pick<BuiltStep, 'definition' | 'parameters'> & Partial<Pick<BuiltStep, 'path'>>;

/** Where a dataset can be cut for steps, and how large a piece may be. */
export interface Division {
  readonly axis: string;
  /** Entries along the axis. */
  readonly extent: number;
  /** Most entries that a block may have; 0 when not even one fits. */
  readonly fitting: number;
  /** How many of the steps, from the first one, run on the blocks. */
  readonly steps: number;
  /** Neighbours that these steps together need on either side of any block, at most. */
  readonly halo: number;
}

/** What a step needs for an input: the input itself, what it makes on the host, and what it takes of the device. */
export function needOf(step: EstimatedStep, input: InputShape, room: MemoryRoom): StepNeed {
  const { definition, parameters } = step;
  const factor = room.factors?.[definition.type] ?? 1;
  const inputBytes = elementCount(input.shape) * input.elementBytes;
  const host = factor * (inputBytes + (definition.estimateHostBytes?.(parameters, input, room.engine) ?? 0));
  const device = factor * definition.estimateBytes(parameters, input, room.engine);
  if (room.hostBytes === undefined) return { neededBytes: host + device, availableBytes: room.memoryBytes };
  const onHost = { neededBytes: host, availableBytes: room.hostBytes };
  const onDevice = { neededBytes: device, availableBytes: room.memoryBytes };
  return host / room.hostBytes > device / room.memoryBytes ? onHost : onDevice;
}

export function fits({ neededBytes, availableBytes }: StepNeed): boolean {
  return neededBytes <= availableBytes;
}

export function shapeOf({ data }: Pick<DatasetFacts, 'data'>): InputShape {
  return { shape: data.shape, elementBytes: elementSize(data.dtype) };
}

/**
 * Throws `OUT_OF_MEMORY` with both numbers when a step does not fit. `details.learnt` says that it would by its estimate
 * alone, so that only what was learnt here of other runs speaks against it; retryable when it would if what others take of
 * the memory now were free.
 */
export function requireRoom(step: BuiltStep, input: InputShape, room: MemoryRoom): void {
  const { path, definition } = step;
  const { shape } = input;
  const need = needOf(step, input, room);
  if (fits(need)) return;
  const learnt = fits(needOf(step, input, { ...room, factors: undefined }));
  const passing = room.whole !== undefined && fits(needOf(step, input, { ...room.whole, engine: room.engine }));
  throw new RondelError(
    'OUT_OF_MEMORY',
    `${path} (${definition.type}) needs about ${amountOf(need.neededBytes)} for data of shape [${shape.join(', ')}], but may take ${amountOf(need.availableBytes)} here. Reconstruct fewer slices or frames at a time, or use a worker with more memory.`,
    { at: path, details: { ...need, ...(learnt && { learnt }) }, retryable: !learnt && passing },
  );
}

/**
 * The best way to cut a dataset for a step and those after it that are parallel along the same axis: the axis along which
 * the dataset is longest. Undefined when the step is parallel along no axis that has two entries, or companions along it
 * don't belong to the data: the step itself says best what is wrong with them.
 */
export function findDivision(
  steps: readonly EstimatedStep[],
  dataset: DatasetFacts,
  room: MemoryRoom,
): Division | undefined {
  const [first] = steps;
  if (first === undefined) return undefined;
  const { shape, elementBytes } = shapeOf(dataset);
  const axes = axesOf(dataset.data, first.definition.input);
  const wholes = wholeInputs(steps, dataset);
  const [best] = parallelAlong(first, dataset, wholes[0])
    .map((axis) => ({ axis, at: axes.indexOf(axis) }))
    .map(({ axis, at }) => ({ axis, at, extent: shape[at] ?? 1 }))
    .filter(({ axis, at, extent }) => at >= 0 && extent > 1 && companionsFit(first, dataset, { axis, extent }))
    .sort((a, b) => b.extent - a.extent);
  if (best === undefined) return undefined;
  const { axis, at, extent } = best;
  const end = steps.findIndex(
    (step, index) => index > 0 && !parallelAlong(knowing(step, dataset), undefined, wholes[index]).includes(axis),
  );
  const divided = (end < 0 ? steps : steps.slice(0, end)).map((step) => knowing(step, dataset));
  const along = { axis, extent };
  const needed = mostNeeded(divided, wholes, along);
  const blockFits = (size: number) => {
    const [read = extent, ...wanted] = needed(size);
    const block = { shape: shape.map((each, index) => (index === at ? read : each)), elementBytes };
    const inputs = largestInputs(divided, block);
    return divided.every((step, index) =>
      fits(needOf(step, { ...(inputs[index] ?? block), wanted: { [axis]: wanted[index] ?? size } }, room)),
    );
  };
  const halo = divided.reduce((sum, step, index) => sum + mostHaloAlong(step, along, wholes[index]), 0);
  return { axis, extent, fitting: largest(extent, blockFits), steps: divided.length, halo };
}

/** Entries that each of some steps is given at most for blocks of one size, wherever they lie, and what is wanted of the last one. */
function mostNeeded(
  steps: readonly EstimatedStep[],
  wholes: readonly (WholeInput | undefined)[],
  { axis, extent }: { readonly axis: string; readonly extent: number },
): (size: number) => number[] {
  const reaches = reachesOf(steps, { axis, extent }, wholes);
  const differ = steps.some(({ definition }) => isReachOfWhole(definition, axis));
  return (size) => {
    const most: number[] = [];
    // In the middle the ends of the axis are farthest.
    const [first, last] = differ ? [0, extent - size] : [(extent - size) >> 1, (extent - size) >> 1];
    for (let start = first; start <= last; start++) {
      neededBy(reaches, { start, stop: start + size }).forEach((span, index) => {
        most[index] = Math.max(most[index] ?? 0, span.stop - span.start);
      });
    }
    return most;
  };
}

/** What each of some steps is given at most; undefined from where one does not say what comes out of it. */
function largestInputs(steps: readonly EstimatedStep[], input: InputShape): (InputShape | undefined)[] {
  let size: InputShape | undefined = input;
  return steps.map(({ definition, parameters }) => {
    const given = size;
    size = given && (definition.largestOutput?.(parameters, given) ?? definition.outputSize?.of(parameters, given));
    return given;
  });
}

/** The step with what a survey has found for properties that the plan leaves open: what that decides is decided. */
export function knowing<Step extends EstimatedStep>(step: Step, dataset: DatasetFacts): Step {
  const { path, parameters } = step;
  const own = Object.entries(foundIn(dataset)).flatMap(([at, value]) =>
    path !== undefined && at.startsWith(`${path}.`) ? [[at.slice(path.length + 1), value] as const] : [],
  );
  return own.length === 0 ? step : { ...step, parameters: { ...parameters, ...Object.fromEntries(own) } };
}

/** Whether all companions that the step takes along the axis can be cut with the data. */
function companionsFit(
  { definition }: EstimatedStep,
  { companions }: DatasetFacts,
  { axis, extent }: { readonly axis: string; readonly extent: number },
): boolean {
  return Object.entries(definition.companions ?? {}).every(([name, names]) => {
    const array = names.includes(axis) ? companions[name] : undefined;
    return array === undefined || array.shape[axesOf(array, names).indexOf(axis)] === extent;
  });
}

/** A bare array has the last of the axes that the step takes. */
function axesOf({ axes, shape }: ArrayFacts, names: readonly string[]): readonly string[] {
  if (axes !== undefined) return axes;
  const missing = names.length - shape.length;
  return missing < 0 ? [] : names.slice(missing);
}

/** The largest number from 1 to `most` that is in order, given that smaller ones are if it is; 0 when none is. */
function largest(most: number, inOrder: (size: number) => boolean): number {
  let low = 0;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (inOrder(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** `512 B`, `9.1 GiB` */
export function amountOf(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  return `${(bytes / 1024 ** step).toFixed(step === 0 ? 0 : 1)} ${units[step] ?? 'B'}`;
}
