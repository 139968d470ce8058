/** Millimetres of each unit of length that spacings of arrays, and files, are known to have. */
export const millimetresOf = { m: 1000, cm: 10, mm: 1, um: 1e-3, nm: 1e-6, angstrom: 1e-7 } as const;

export type LengthUnit = keyof typeof millimetresOf;

/** What files call them, in small letters; the micro sign and the Greek letter look alike. */
const spellings: Readonly<Record<LengthUnit, readonly string[]>> = {
  m: ['m', 'meter', 'metre', 'meters', 'metres'],
  cm: ['cm', 'centimeter', 'centimetre', 'centimeters', 'centimetres'],
  mm: ['mm', 'millimeter', 'millimetre', 'millimeters', 'millimetres'],
  um: ['um', 'µm', 'μm', 'micron', 'microns', 'micrometer', 'micrometre', 'micrometers', 'micrometres'],
  nm: ['nm', 'nanometer', 'nanometre', 'nanometers', 'nanometres'],
  angstrom: ['angstrom', 'å'],
};

const units: ReadonlyMap<string, LengthUnit> = new Map(
  // The keys of the table are the units.
  Object.entries(spellings).flatMap(([unit, names]) => names.map((name) => [name, unit as LengthUnit] as const)),
);

/** The unit of length that a text names, in small or capital letters; undefined where it names none. */
export function lengthUnit(text: string): LengthUnit | undefined {
  return units.get(text.trim().toLowerCase());
}
