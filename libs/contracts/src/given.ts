type Undefinable<T> = { [K in keyof T]-?: undefined extends T[K] ? K : never }[keyof T];

/** Fields without those that are undefined; what may be undefined may be absent. */
export type Given<T> = Omit<T, Undefinable<T>> & { [K in Undefinable<T>]?: Exclude<T[K], undefined> };

/** The fields that have a value, as a record is written down and sent: `{ a: 1, b: undefined }` becomes `{ a: 1 }`. */
export function given<T extends object>(fields: T): Given<T> {
  const present: object = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return present as Given<T>;
}

/** The fields of those names that have a value. */
export function givenOf<T extends object, K extends string>(
  from: T,
  names: Readonly<Record<K, unknown>>,
): Given<Pick<T, K & keyof T>> {
  const named: object = Object.fromEntries(Object.keys(names).map((name) => [name, from[name as K & keyof T]]));
  return given(named as Pick<T, K & keyof T>);
}
