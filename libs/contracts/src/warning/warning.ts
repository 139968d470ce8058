import { RondelError } from '../failure/failure.js';
import { Type, type Static } from '../schema.js';

interface WarningFacts {
  /** What may be wrong with the image, as one would head a paragraph about it. */
  readonly title: string;
}

/**
 * Every doubt that a completed job may carry. A warning says that the image may not be what its user takes it for; what is
 * merely worth knowing is a line of the log. The names are promises; add freely, never rename.
 */
export const warningCodes = {
  ANGLES_INCOMPLETE: { title: 'The projections do not cover half a turn' },
  ANGLES_REPLACED: { title: 'The angles of the data were not used' },
  ANGLES_SUSPECT: { title: 'The angles may not be those of the scan' },
  AXES_ASSUMED: { title: 'The axes of the data were assumed' },
  AXES_REPLACED: { title: 'The axes that the reference names were not used' },
  AXIS_UNCERTAIN: { title: 'The rotation axis may be elsewhere' },
  BACKGROUND_KEPT: { title: 'Background frames were not subtracted' },
  DARK_MISSING: { title: 'No dark fields were subtracted' },
  DETECTOR_REPAIRED: { title: 'Detector bins were filled from their neighbours' },
  DETECTOR_SATURATED: { title: 'Counts are at the limit of the detector' },
  EQUATIONS_FEW: { title: 'There are few equations for the image' },
  FIELDS_DISAGREE: { title: 'Dark or white fields are not alike' },
  FRAMES_FEW: { title: 'There are fewer frames than were to be averaged' },
  FRAMES_MISSING: { title: 'Images of the scan are missing' },
  GEOMETRY_SUSPECT: { title: 'The geometry may not be that of the scan' },
  HARDENING_SUSPECT: { title: 'The correction of beam hardening may not be that of the beam' },
  IMAGE_EMPTY: { title: 'The image is nearly zero, but the data are not' },
  MOTION_UNCERTAIN: { title: 'What was averaged may not be the same state of a motion' },
  OUTLIERS_OVERCORRECTED: { title: 'The replacement of outliers has changed more than outliers' },
  OUTLIERS_PRESENT: { title: 'Values stand out from all around them' },
  PART_NARROW: { title: 'The part of the scan that was taken lacks what its image needs' },
  PATCHES_INCOMPLETE: { title: 'Parts of the image were not measured' },
  PRECISION_REDUCED: { title: 'The image was computed less exactly than asked for' },
  PROJECTIONS_REPEATED: { title: 'Projections are copies of others' },
  PROJECTIONS_TRUNCATED: { title: 'The object is wider than the detector' },
  PROPERTY_IGNORED: { title: 'The plan has a property that nothing knows' },
  QUANTITY_ASSUMED: { title: 'What the values of the data stand for was assumed' },
  REGULARIZATION_MISSING: { title: 'Nothing keeps the image from following the noise' },
  RINGS_OVERCORRECTED: { title: 'Ring suppression has changed more than rings' },
  SYSTEM_MATRIX_SUSPECT: { title: 'The system matrix may not belong to the measurement' },
  TRANSMISSION_CLIPPED: { title: 'Values of the data were not physical and were clipped' },
  UNITS_ASSUMED: { title: 'A unit was assumed' },
  VALUES_CLIPPED: { title: 'The solver took negative values as 0' },
  VERSION_LATER: { title: 'The job was made by a later version of Rondel' },
  WHITE_SUSPECT: { title: 'The white fields may not belong to the projections' },
} as const satisfies Record<string, WarningFacts>;

export type WarningCode = keyof typeof warningCodes;

export const WarningCodeSchema = Type.Enum(Object.keys(warningCodes) as [WarningCode, ...WarningCode[]], {
  description: Object.entries(warningCodes)
    .map(([code, { title }]) => `\`${code}\`: ${title}.`)
    .join(' '),
});

const longestMessage = 1000;
const longestPath = 400;

/** Why the image of a completed job may not be right. */
export const WarningSchema = Type.Object({
  code: WarningCodeSchema,
  message: Type.String({
    maxLength: longestMessage,
    description: 'Names the thing, what was done about it and what to do next.',
  }),
  path: Type.Optional(
    Type.String({ maxLength: longestPath, description: 'Path of the property in the plan that would settle it.' }),
  ),
  step: Type.Optional(
    Type.String({
      maxLength: longestPath,
      description: 'Path of the step that saw it; absent when reading the data did.',
    }),
  ),
});
export type Warning = Static<typeof WarningSchema>;

/** The most that one dataset carries: enough to act on, and it fits into a job's record. */
export const maxWarnings = 32;

export const WarningsSchema = Type.Array(WarningSchema, {
  maxItems: maxWarnings,
  description: 'Why the image may not be what its user takes it for. Absent when there is no such doubt.',
});

/** With texts that end where the schema has them end. */
export function shortened<W extends Warning>(warning: W): W {
  const { message, path, step } = warning;
  return {
    ...warning,
    // Redis' reader of JSON refuses half a character, as a cut may leave it.
    message: (message.length > longestMessage ? `${message.slice(0, longestMessage - 1)}…` : message).replace(
      /\p{Surrogate}/gu,
      '\u{FFFD}',
    ),
    ...(path !== undefined && { path: path.slice(0, longestPath) }),
    ...(step !== undefined && { step: step.slice(0, longestPath) }),
  };
}

/** What a warning makes of a strict job. */
export function strictFailure(warning: Warning): RondelError {
  const { message, path, step } = warning;
  return new RondelError(
    'STRICT_WARNING',
    `${message} The job is strict, so its first warning is its failure: settle what it names, or submit without "strict".`,
    { at: path ?? step, details: { warning } },
  );
}
