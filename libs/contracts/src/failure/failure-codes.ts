interface CodeFacts {
  /** Whether running the same job again can help: true for faults of machines, false for faults of plans and data. */
  readonly retryable: boolean;
  readonly title: string;
}

/** Every code that may cross a process boundary. The names are promises; add freely, never rename. */
export const failureCodes = {
  PLAN_SYNTAX: { retryable: false, title: 'The plan is not well-formed' },
  PLAN_UNKNOWN_TYPE: { retryable: false, title: 'The plan names a type that no installed package provides' },
  PLAN_MISSING_PROPERTY: { retryable: false, title: 'The plan lacks a property it needs' },
  PLAN_INVALID_VALUE: { retryable: false, title: 'A property of the plan has a value it cannot take' },
  PLAN_UNKNOWN_PROPERTY: { retryable: false, title: 'The plan has no property of that name' },
  DATA_NOT_FOUND: { retryable: false, title: 'The data is not there' },
  DATA_FORMAT: { retryable: false, title: 'The data cannot be read' },
  DATA_SHAPE_MISMATCH: { retryable: false, title: 'The data has a shape that the plan cannot use' },
  DATA_FORBIDDEN: { retryable: false, title: 'The data reference points where it must not' },
  POOL_UNKNOWN: { retryable: false, title: 'There is no pool of that name' },
  WORKER_UNAVAILABLE: { retryable: true, title: 'No worker can take the work' },
  ENGINE_UNAVAILABLE: { retryable: false, title: 'The compute engine cannot start here' },
  OUT_OF_MEMORY: { retryable: false, title: 'The work does not fit into memory' },
  STRICT_WARNING: { retryable: false, title: 'There is a warning, and the job is strict' },
  WARRANT_REFUSED: { retryable: false, title: 'The work is not what an API has signed' },
  STEP_FAILED: { retryable: false, title: 'A step of the plan failed' },
  TIMEOUT: { retryable: false, title: 'It took longer than it was allowed to' },
  CANCELLED: { retryable: false, title: 'The job was cancelled' },
  WORKER_LOST: { retryable: true, title: 'The process that computed the job died' },
  QUOTA_EXCEEDED: { retryable: false, title: 'A limit was exceeded' },
  UNAUTHENTICATED: { retryable: false, title: 'Credentials are needed' },
  FORBIDDEN: { retryable: false, title: 'Not allowed' },
  NOT_FOUND: { retryable: false, title: 'Not found' },
  IDEMPOTENCY_MISMATCH: { retryable: false, title: 'The key was used for something else' },
  CONFLICT: { retryable: false, title: 'The request conflicts with the present state' },
  INVALID_REQUEST: { retryable: false, title: 'The request is not valid' },
  SERVICE_UNAVAILABLE: { retryable: true, title: 'A service that Rondel needs does not answer' },
  INTERNAL: { retryable: false, title: 'Rondel itself failed' },
} as const satisfies Record<string, CodeFacts>;

export type FailureCode = keyof typeof failureCodes;
