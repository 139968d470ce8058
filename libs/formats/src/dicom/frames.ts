import type { Geometry } from './geometry.js';

/** Tag of the sequence that describes each frame. */
export const perFrameGroups = 0x52009230;
const frameContent = 0x00209111;
const stackId = 0x00209056;
const temporalPosition = 0x00209128;
const inStackPosition = 0x00209057;

/** What the indices of a frame count: stacks of colours, times, slices. */
export function dimensions(organization: string): object {
  const index = (pointer: number) => ({
    DimensionOrganizationUID: organization,
    DimensionIndexPointer: pointer,
    FunctionalGroupPointer: frameContent,
  });
  return {
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: organization }],
    DimensionIndexSequence: [stackId, temporalPosition, inStackPosition].map(index),
  };
}

/** Which colour, time and slice a frame is, and where it lies. */
export function frameGroups(at: number, { slices, times }: Stack, geometry: Geometry | undefined): object {
  const slice = at % slices;
  const time = Math.floor(at / slices) % times;
  const colour = Math.floor(at / slices / times);
  return {
    FrameContentSequence: [
      {
        StackID: String(colour + 1),
        TemporalPositionIndex: time + 1,
        InStackPositionNumber: slice + 1,
        DimensionIndexValues: [colour + 1, time + 1, slice + 1],
      },
    ],
    ...geometry?.plane(slice),
  };
}

export interface Stack {
  readonly times: number;
  readonly slices: number;
  readonly height: number;
  readonly width: number;
  /** Of all planes. */
  readonly count: number;
}

/** Of [colour, frame, slice, y, x] or fewer axes. */
export function stackOf(shape: readonly number[]): Stack {
  const [colours = 1, times = 1, slices = 1, height = 1, width = 1] = [
    ...Array<number>(5 - shape.length).fill(1),
    ...shape,
  ];
  return { times, slices, height, width, count: colours * times * slices };
}
