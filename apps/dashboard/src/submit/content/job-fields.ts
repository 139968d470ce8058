/** What stands in the form apart from the fields of the plan. */
export interface JobFields {
  /** Name of a built-in plan, or `ownPlan`. */
  readonly plan: string;
  /** The plan that the person brings, TOML or JSON. */
  readonly planText: string;
  readonly data: string;
  /** What a person calls the data, for `dataNames`; empty where nobody said. */
  readonly dataName: string;
  /** Further arrays. */
  readonly arrays: readonly NamedArray[];
  readonly title: string;
  readonly pool: string;
  readonly lane: string;
  readonly priority: string;
  /** `key=value`, separated by commas. */
  readonly labels: string;
  /** Empty, or `slice`, `frame:2`, ... */
  readonly split: string;
  /** Placement: pool, worker or label. */
  readonly worker: string;
  readonly engine: string;
  readonly attempts: string;
  readonly timeoutSeconds: string;
  /** `yes`, or empty. */
  readonly strict: string;
}

/** An array beside the main one. */
export interface NamedArray {
  /** e.g. `dark` */
  readonly name: string;
  readonly reference: string;
}

/** Fields that are one text. */
export type TextFieldName = Exclude<keyof JobFields, 'arrays'>;

export const emptyJob: JobFields = {
  plan: '',
  planText: '',
  data: '',
  dataName: '',
  arrays: [],
  title: '',
  pool: 'default',
  lane: '',
  priority: '',
  labels: '',
  split: '',
  worker: '',
  engine: '',
  attempts: '',
  timeoutSeconds: '',
  strict: '',
};
