import { RondelError, type JsonValue } from '@rondel/contracts';
import { readParameters, type BuiltStep } from '../build/build.js';
import type { InputShape } from '../node/built-node.js';
import { amountOf } from './memory.js';
import { isTable, stepsOf, type PlanTree } from '../build/plan-steps.js';
import { holdsRemote } from '../build/validate-plan.js';
import type { Registry } from '../node/registry.js';

type SizedStep = Pick<BuiltStep, 'path' | 'definition' | 'parameters'>;

/** What is known of the data of a job that has no more than one number, or whose data nobody has looked at. */
export const leastInput: InputShape = { shape: [], elementBytes: 1 };

/** The array that the last of some steps returns; no larger than what it will be. */
export interface OutputSize {
  readonly path: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** What comes out of steps that follow each other, as far as they say so; undefined where the last one does not, or the steps take no such input. */
export function outputOf(steps: readonly SizedStep[], input: InputShape): OutputSize | undefined {
  let size = input;
  for (const { definition, parameters } of steps) {
    // Whatever comes out of a step that does not say so has one number at least.
    const next = definition.outputSize === undefined ? leastInput : definition.outputSize.of(parameters, size);
    if (next === undefined) return undefined;
    size = next;
  }
  const last = steps.at(-1);
  if (last?.definition.outputSize === undefined) return undefined;
  return { path: last.path, type: last.definition.type, shape: size.shape, bytes: bytesOf(size) };
}

/** The steps of a plan with what is known of their parameters: of one whose size remote values decide nothing is. */
export function sizedSteps(tree: PlanTree, registry: Registry): SizedStep[] {
  return stepsOf(tree, registry).map(({ path, tree: node, definition }) => {
    const decided = definition.outputSize?.from.every((name) => !holdsRemote(node[name]));
    const { outputSize: _, ...unsized } = definition;
    return {
      path,
      definition: decided === true ? definition : unsized,
      parameters: readParameters(definition.properties, withoutRemote(node), registry),
    };
  });
}

/** Throws `QUOTA_EXCEEDED` with both numbers where the image would have more bytes than a job may write. */
export function requireOutput(steps: readonly SizedStep[], input: InputShape, mostBytes: number): void {
  requireOutputOfAny(steps, [input], mostBytes);
}

/** The same for data that can be read in several ways: it is refused where no way in which the steps can read it fits. */
export function requireOutputOfAny(
  steps: readonly SizedStep[],
  inputs: readonly InputShape[],
  mostBytes: number,
): void {
  const outputs = inputs.flatMap((input) => outputOf(steps, input) ?? []);
  const [least] = outputs.toSorted((a, b) => a.bytes - b.bytes);
  if (least !== undefined && least.bytes > mostBytes) throw tooLarge(least, mostBytes);
}

/**
 * Throws `INVALID_REQUEST` where the image will not have the slice or frame that is wanted of it, counted from 0, however the data is
 * read; nothing where that is not known.
 */
export function requirePlane(
  steps: readonly SizedStep[],
  inputs: readonly InputShape[],
  wanted: Readonly<Partial<Record<'slice' | 'frame', number>>>,
): void {
  // What a step makes that does not say so may be anything.
  if (steps.some(({ definition }) => definition.outputSize === undefined)) return;
  const axes = steps.at(-1)?.definition.output ?? [];
  const readings = inputs.flatMap((input) => {
    const size = outputOf(steps, input);
    return size === undefined ? [] : [size.shape];
  });
  for (const [axis, index] of Object.entries(wanted)) {
    const at = axes.indexOf(axis);
    const extents = readings.map((shape) => (at < 0 ? 1 : (shape[at] ?? 1)));
    if (readings.length === 0 || extents.some((extent) => index < extent)) continue;
    const most = Math.max(...extents);
    throw new RondelError(
      'INVALID_REQUEST',
      `output.${axis} is ${index}, but the image will have ${most} ${axis}${most === 1 ? '' : 's'}, counted from 0 to ${most - 1}. Nothing was submitted.`,
      { at: `output.${axis}`, details: { axis, index, extent: most } },
    );
  }
}

/** As `requireOutput`, for what a job has made, or is about to join. */
export function requireImageSize(
  image: { readonly shape: readonly number[]; readonly bytes: number },
  mostBytes: number,
): void {
  if (image.bytes > mostBytes) throw tooLarge(image, mostBytes);
}

/** The same for an array that one stage of a job leaves for the next. */
export function requirePartSize(
  name: string,
  { shape, bytes }: { readonly shape: readonly number[]; readonly bytes: number },
  maxBytes: number,
): void {
  if (bytes <= maxBytes) return;
  throw new RondelError(
    'QUOTA_EXCEEDED',
    `The array "${name}" that the job leaves for its next stage would take ${amountOf(bytes)} (a part of it has the shape ${shape.join(' x ')}); an array of a job may have ${amountOf(maxBytes)} here (rondel api --max-output). Reconstruct fewer slices or frames, or do not split the job there.`,
    { details: { limit: 'maxOutputBytes', bytes, maxBytes, shape: [...shape] } },
  );
}

function tooLarge(
  { path, type, shape, bytes }: Pick<OutputSize, 'shape' | 'bytes'> & Partial<OutputSize>,
  maxBytes: number,
): RondelError {
  const what = path === undefined ? 'The image' : `What ${path} (${type ?? ''}) makes`;
  return new RondelError(
    'QUOTA_EXCEEDED',
    `${what} would take ${amountOf(bytes)}, ${shape.join(' x ')} values; an image may have ${amountOf(maxBytes)} here (rondel api --max-output). Reconstruct fewer slices or frames, or fewer pixels.`,
    { at: path, details: { limit: 'maxOutputBytes', bytes, maxBytes, shape: [...shape] } },
  );
}

function bytesOf({ shape, elementBytes }: InputShape): number {
  return shape.reduce((product, extent) => product * extent, elementBytes);
}

/** A node without properties that are remote values, those of nodes within it included. */
function withoutRemote(node: PlanTree): PlanTree {
  const known = Object.entries(node).filter(([, value]) => !isRemote(value));
  return Object.fromEntries(known.map(([name, value]) => [name, withoutRemoteWithin(value)]));
}

function withoutRemoteWithin(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => (isTable(item) ? withoutRemote(item) : item));
  return isTable(value) ? withoutRemote(value) : value;
}

function isRemote(value: JsonValue | undefined): boolean {
  return isTable(value) && '_remote' in value;
}
