// Made by `npm run types` from what the API serves.

export interface paths {
  '/healthz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The process lives */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @enum {string} */
              status: 'ok';
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/metrics': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** State of jobs, pools and workers for Prometheus */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/readyz': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Redis and the artifact store answer */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        '2XX': {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              checks: {
                [key: string]: {
                  detail: string;
                  ok: boolean;
                };
              };
              status: string;
            };
          };
        };
        /** @description Default Response */
        503: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              checks: {
                [key: string]: {
                  detail: string;
                  ok: boolean;
                };
              };
              status: string;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/algorithms': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All open algorithms, oldest first */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              algorithms: {
                /** Format: date-time */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description When it is closed unless it is used again.
                 */
                expiresAt: string;
                /** @description ULID of a warm algorithm. */
                id: string;
                /** @description Free key-value pairs to find jobs by. */
                labels: {
                  [key: string]: string;
                };
                /** @description Present while somebody holds it. */
                lock?: {
                  /** Format: date-time */
                  expiresAt: string;
                };
                /** @description How often another worker had to take over. */
                moves: number;
                /** @description Inputs that have not been answered yet. */
                pending: number;
                plan: {
                  name?: string;
                  sha256: string;
                };
                /** @description Name of a pool of workers. */
                pool: string;
                /** @description Inputs put so far; the number of the last ticket. */
                put: number;
                /** @description Results that can be taken now without waiting. */
                ready: number;
                /**
                 * @description `building`: no input has completed on its worker yet, the first one builds it. `ready`: the worker has built it. `lost`: its worker is gone and no other can take its place now. `closed`: takes nothing more.
                 * @enum {unknown}
                 */
                state: 'building' | 'ready' | 'lost' | 'closed';
                /** @description The worker that it is bound to. */
                worker: string;
              }[];
            };
          };
        };
      };
    };
    put?: never;
    /**
     * Keep an algorithm built on one worker
     * @description The plan is the one of now; later changes of a session or of a built-in plan do not reach it. The first input builds it.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * @description How often lost work is started in all.
             * @default 3
             */
            attempts?: number;
            /**
             * @description It is closed when nothing was put or taken for this long and nothing is running.
             * @default 3600
             */
            idleSeconds?: number;
            /** @description Free key-value pairs to find jobs by. */
            labels?: {
              [key: string]: string;
            };
            /** @description A bare name is set on every node that has it; a dotted path sets one property. */
            parameters?: {
              [key: string]: unknown;
            };
            /** @description A TOML string, a tree, `{name}` of a built-in plan, or `{session}` for the plan of a session. */
            plan:
              | string
              | {
                  /** @description A built-in plan, e.g. `radon/fbp`. */
                  name: string;
                }
              | {
                  /** @description ULID of a job. */
                  session: string;
                }
              | ({
                  _type: string;
                } & {
                  [key: string]: unknown;
                });
            /** @description Name of a pool of workers. */
            pool?: string;
            /** @description Computing time allowed to one attempt. */
            timeoutSeconds?: number;
          };
        };
      };
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description When it is closed unless it is used again.
               */
              expiresAt: string;
              /** @description ULID of a warm algorithm. */
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              /** @description Present while somebody holds it. */
              lock?: {
                /** Format: date-time */
                expiresAt: string;
              };
              /** @description How often another worker had to take over. */
              moves: number;
              /** @description Inputs that have not been answered yet. */
              pending: number;
              plan: {
                name?: string;
                sha256: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              /** @description Inputs put so far; the number of the last ticket. */
              put: number;
              /** @description Results that can be taken now without waiting. */
              ready: number;
              /**
               * @description `building`: no input has completed on its worker yet, the first one builds it. `ready`: the worker has built it. `lost`: its worker is gone and no other can take its place now. `closed`: takes nothing more.
               * @enum {unknown}
               */
              state: 'building' | 'ready' | 'lost' | 'closed';
              /** @description The worker that it is bound to. */
              worker: string;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/algorithms/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Where an algorithm stands */
    get: {
      parameters: {
        query?: {
          /** @description Holds the answer until something can be taken, it is closed, or these seconds are over. */
          wait?: number;
        };
        header?: never;
        path: {
          /** @description ULID of a warm algorithm. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description When it is closed unless it is used again.
               */
              expiresAt: string;
              /** @description ULID of a warm algorithm. */
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              /** @description Present while somebody holds it. */
              lock?: {
                /** Format: date-time */
                expiresAt: string;
              };
              /** @description How often another worker had to take over. */
              moves: number;
              /** @description Inputs that have not been answered yet. */
              pending: number;
              plan: {
                name?: string;
                sha256: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              /** @description Inputs put so far; the number of the last ticket. */
              put: number;
              /** @description Results that can be taken now without waiting. */
              ready: number;
              /**
               * @description `building`: no input has completed on its worker yet, the first one builds it. `ready`: the worker has built it. `lost`: its worker is gone and no other can take its place now. `closed`: takes nothing more.
               * @enum {unknown}
               */
              state: 'building' | 'ready' | 'lost' | 'closed';
              /** @description The worker that it is bound to. */
              worker: string;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    /**
     * Close an algorithm
     * @description Inputs that have not ended are cancelled; results that were not taken stay with their jobs.
     */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** @description Token of the lock, while one is held. */
          'rondel-lock'?: string;
        };
        path: {
          /** @description ULID of a warm algorithm. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description When it is closed unless it is used again.
               */
              expiresAt: string;
              /** @description ULID of a warm algorithm. */
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              /** @description Present while somebody holds it. */
              lock?: {
                /** Format: date-time */
                expiresAt: string;
              };
              /** @description How often another worker had to take over. */
              moves: number;
              /** @description Inputs that have not been answered yet. */
              pending: number;
              plan: {
                name?: string;
                sha256: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              /** @description Inputs put so far; the number of the last ticket. */
              put: number;
              /** @description Results that can be taken now without waiting. */
              ready: number;
              /**
               * @description `building`: no input has completed on its worker yet, the first one builds it. `ready`: the worker has built it. `lost`: its worker is gone and no other can take its place now. `closed`: takes nothing more.
               * @enum {unknown}
               */
              state: 'building' | 'ready' | 'lost' | 'closed';
              /** @description The worker that it is bound to. */
              worker: string;
            };
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/algorithms/{id}/lock': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Keep others from putting and taking in between
     * @description While the lock is held, `put`, `take` and closing need its token in `rondel-lock`. Every use renews it; who holds it may ask for another time. Ends by itself.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description Token of the lock, while one is held. */
          'rondel-lock'?: string;
        };
        path: {
          /** @description ULID of a warm algorithm. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * @description Renewed by every use.
             * @default 60
             */
            seconds?: number;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** Format: date-time */
              expiresAt: string;
              /** @description Goes into the header `rondel-lock` of every call while the lock is held. */
              token: string;
            };
          };
        };
      };
    };
    /** Give the lock back */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** @description Token of the lock, while one is held. */
          'rondel-lock'?: string;
        };
        path: {
          /** @description ULID of a warm algorithm. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/algorithms/{id}/put': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give it an input
     * @description Answers at once. The input is an ordinary job, which starts when the one before it has ended.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same key gives the same answer for a day. */
          'idempotency-key'?: string;
          /** @description Token of the lock, while one is held. */
          'rondel-lock'?: string;
        };
        path: {
          /** @description ULID of a warm algorithm. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @description One data reference, or a table of named ones. */
            data:
              | string
              | {
                  [key: string]: string;
                };
          };
        };
      };
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description ULID of a job. */
              job: string;
              /** @description Place of the input in the order, counted from 1. */
              ticket: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/algorithms/{id}/take': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Take the oldest result
     * @description Results come in the order of the inputs, failures in their place, each once. 204: nothing had ended in time; ask again. With `Idempotency-Key` a result whose answer got lost on the way is given out again.
     */
    post: {
      parameters: {
        query?: {
          /** @description Holds the answer until the oldest input has ended, or these seconds are over. */
          wait?: number;
        };
        header?: {
          /** @description The same key gives the same answer for a day. */
          'idempotency-key'?: string;
          /** @description Token of the lock, while one is held. */
          'rondel-lock'?: string;
        };
        path: {
          /** @description ULID of a warm algorithm. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              error?: {
                /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                at?: string;
                /** @enum {unknown} */
                code:
                  | 'PLAN_SYNTAX'
                  | 'PLAN_UNKNOWN_TYPE'
                  | 'PLAN_MISSING_PROPERTY'
                  | 'PLAN_INVALID_VALUE'
                  | 'PLAN_UNKNOWN_PROPERTY'
                  | 'DATA_NOT_FOUND'
                  | 'DATA_FORMAT'
                  | 'DATA_SHAPE_MISMATCH'
                  | 'DATA_FORBIDDEN'
                  | 'POOL_UNKNOWN'
                  | 'WORKER_UNAVAILABLE'
                  | 'ENGINE_UNAVAILABLE'
                  | 'OUT_OF_MEMORY'
                  | 'STEP_FAILED'
                  | 'TIMEOUT'
                  | 'CANCELLED'
                  | 'WORKER_LOST'
                  | 'QUOTA_EXCEEDED'
                  | 'UNAUTHENTICATED'
                  | 'FORBIDDEN'
                  | 'NOT_FOUND'
                  | 'CONFLICT'
                  | 'INVALID_REQUEST'
                  | 'SERVICE_UNAVAILABLE'
                  | 'INTERNAL';
                details?: {
                  [key: string]: unknown;
                };
                /** @description Names the thing, the cause and what to do next. */
                message: string;
                /** @description All that was found wrong at once, the first being this failure. */
                problems?: {
                  /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                  at?: string;
                  /** @enum {unknown} */
                  code:
                    | 'PLAN_SYNTAX'
                    | 'PLAN_UNKNOWN_TYPE'
                    | 'PLAN_MISSING_PROPERTY'
                    | 'PLAN_INVALID_VALUE'
                    | 'PLAN_UNKNOWN_PROPERTY'
                    | 'DATA_NOT_FOUND'
                    | 'DATA_FORMAT'
                    | 'DATA_SHAPE_MISMATCH'
                    | 'DATA_FORBIDDEN'
                    | 'POOL_UNKNOWN'
                    | 'WORKER_UNAVAILABLE'
                    | 'ENGINE_UNAVAILABLE'
                    | 'OUT_OF_MEMORY'
                    | 'STEP_FAILED'
                    | 'TIMEOUT'
                    | 'CANCELLED'
                    | 'WORKER_LOST'
                    | 'QUOTA_EXCEEDED'
                    | 'UNAUTHENTICATED'
                    | 'FORBIDDEN'
                    | 'NOT_FOUND'
                    | 'CONFLICT'
                    | 'INVALID_REQUEST'
                    | 'SERVICE_UNAVAILABLE'
                    | 'INTERNAL';
                  details?: {
                    [key: string]: unknown;
                  };
                  /** @description Names the thing, the cause and what to do next. */
                  message: string;
                  /** @description Whether the same work may succeed when it runs again. */
                  retryable: boolean;
                }[];
                /** @description Whether the same work may succeed when it runs again. */
                retryable: boolean;
              };
              /** @description ULID of a job. */
              job: string;
              result?: {
                /** @description Data reference of the array. */
                artifact: string;
                axes: string[];
                dtype: string;
                links?: {
                  [key: string]: string;
                };
                max: number;
                mean: number;
                min: number;
                /** @description Data reference of a PNG of the middle slice. */
                preview?: string;
                /** @description Wall time in the executor: reading, all steps, writing. */
                seconds: number;
                shape: number[];
                spacing: number[];
              };
              /** @description Place of the input in the order, counted from 1. */
              ticket: number;
            };
          };
        };
        /** @description Default Response */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/catalog': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Every node type and built-in plan */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              nodes: {
                description: string;
                /** @description Axes a step takes, slowest first. */
                input?: string[];
                /**
                 * @description `algorithm`: root of a runnable plan, one property `parameter`. `pipeline`: steps that run in order. `step`: arrays in, arrays out. `value`: configuration of a step, such as a regularization term. `wrapper`: stands where the node in its property `param` may stand, and says where or how that one runs.
                 * @enum {unknown}
                 */
                kind: 'algorithm' | 'pipeline' | 'step' | 'value' | 'wrapper';
                /** @description Value of `_module` in plan files. */
                module: string;
                /** @description Axes a step returns, slowest first. */
                output?: string[];
                /** @description The npm package that provides it. */
                package: string;
                /** @description Axes along which blocks can be computed independently. */
                parallel?: string[];
                properties: {
                  /** @description Node types that the property may hold; `*` for any. */
                  accepts?: string[];
                  /** @description Used when the plan says nothing. */
                  default?: unknown;
                  description: string;
                  /** @description With `accepts`: holds a list of nodes. */
                  list?: boolean;
                  /** @description Read where the plan is compiled, so that no `_remote` table can stand here. */
                  local?: boolean;
                  name: string;
                  /** @description False when the plan must give a value. */
                  optional: boolean;
                  /** @description JSON Schema of a plain value. */
                  schema?: unknown;
                  /** @description With `accepts`: holds the name of one of these types, not a node. */
                  typeReference?: boolean;
                  unit?: string;
                }[];
                /** @enum {unknown} */
                purity?: 'pure' | 'stateful';
                /** @description Value of `_type`, without `RecoPlan{}`. */
                type: string;
              }[];
              packages: {
                /** @description Other module names under which plan files may know it. */
                aliases: string[];
                description: string;
                module: string;
                name: string;
                version: string;
              }[];
              plans: {
                description: string;
                /** @description e.g. `radon/fbp` */
                name: string;
                toml: string;
              }[];
              /** @description What the worker that runs a step can put in place of a `_remote` table. */
              remoteResolvers?: {
                description: string;
                /** @description Value of `_remote`. */
                name: string;
                /** @description The npm package that provides it. */
                package: string;
                /** @description JSON Schema of the other fields. `format: data-reference` marks what the worker reads from. */
                schema: unknown;
              }[];
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/data': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Upload raw data
     * @description The body is the file itself. The same bytes uploaded twice are stored once.
     */
    put: {
      parameters: {
        query?: never;
        header?: {
          /** @description Hash the bytes must have. */
          'rondel-sha256'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        '2XX': {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description The data reference to submit. */
              artifact: string;
              bytes: number;
              existed: boolean;
              sha256: string;
            };
          };
        };
      };
    };
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/data/{sha256}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download an artifact; HEAD tells whether it is there
     * @description Takes `Range` requests.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          sha256: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Jobs, newest first */
    get: {
      parameters: {
        query?: {
          /** @description ULID of a job. */
          cursor?: string;
          /** @description `key` or `key=value` */
          label?: string;
          limit?: number;
          /** @description Name of a pool of workers. */
          pool?: string;
          state?: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Pass as `cursor` to get the next page. */
              cursor?: string;
              jobs: {
                attempts: {
                  allowed: number;
                  /** @description Attempts started so far. */
                  made: number;
                };
                /** Format: date-time */
                createdAt: string;
                /** @description One data reference, or a table of named ones. */
                data:
                  | string
                  | {
                      [key: string]: string;
                    };
                error?: {
                  /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                  at?: string;
                  /** @enum {unknown} */
                  code:
                    | 'PLAN_SYNTAX'
                    | 'PLAN_UNKNOWN_TYPE'
                    | 'PLAN_MISSING_PROPERTY'
                    | 'PLAN_INVALID_VALUE'
                    | 'PLAN_UNKNOWN_PROPERTY'
                    | 'DATA_NOT_FOUND'
                    | 'DATA_FORMAT'
                    | 'DATA_SHAPE_MISMATCH'
                    | 'DATA_FORBIDDEN'
                    | 'POOL_UNKNOWN'
                    | 'WORKER_UNAVAILABLE'
                    | 'ENGINE_UNAVAILABLE'
                    | 'OUT_OF_MEMORY'
                    | 'STEP_FAILED'
                    | 'TIMEOUT'
                    | 'CANCELLED'
                    | 'WORKER_LOST'
                    | 'QUOTA_EXCEEDED'
                    | 'UNAUTHENTICATED'
                    | 'FORBIDDEN'
                    | 'NOT_FOUND'
                    | 'CONFLICT'
                    | 'INVALID_REQUEST'
                    | 'SERVICE_UNAVAILABLE'
                    | 'INTERNAL';
                  details?: {
                    [key: string]: unknown;
                  };
                  /** @description Names the thing, the cause and what to do next. */
                  message: string;
                  /** @description All that was found wrong at once, the first being this failure. */
                  problems?: {
                    /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                    at?: string;
                    /** @enum {unknown} */
                    code:
                      | 'PLAN_SYNTAX'
                      | 'PLAN_UNKNOWN_TYPE'
                      | 'PLAN_MISSING_PROPERTY'
                      | 'PLAN_INVALID_VALUE'
                      | 'PLAN_UNKNOWN_PROPERTY'
                      | 'DATA_NOT_FOUND'
                      | 'DATA_FORMAT'
                      | 'DATA_SHAPE_MISMATCH'
                      | 'DATA_FORBIDDEN'
                      | 'POOL_UNKNOWN'
                      | 'WORKER_UNAVAILABLE'
                      | 'ENGINE_UNAVAILABLE'
                      | 'OUT_OF_MEMORY'
                      | 'STEP_FAILED'
                      | 'TIMEOUT'
                      | 'CANCELLED'
                      | 'WORKER_LOST'
                      | 'QUOTA_EXCEEDED'
                      | 'UNAUTHENTICATED'
                      | 'FORBIDDEN'
                      | 'NOT_FOUND'
                      | 'CONFLICT'
                      | 'INVALID_REQUEST'
                      | 'SERVICE_UNAVAILABLE'
                      | 'INTERNAL';
                    details?: {
                      [key: string]: unknown;
                    };
                    /** @description Names the thing, the cause and what to do next. */
                    message: string;
                    /** @description Whether the same work may succeed when it runs again. */
                    retryable: boolean;
                  }[];
                  /** @description Whether the same work may succeed when it runs again. */
                  retryable: boolean;
                };
                /** Format: date-time */
                finishedAt?: string;
                /** @description ULID of a job. */
                id: string;
                /** @description Free key-value pairs to find jobs by. */
                labels: {
                  [key: string]: string;
                };
                plan: {
                  name?: string;
                  sha256: string;
                };
                /** @description Name of a pool of workers. */
                pool: string;
                preview?: {
                  /** @description `<stage>.<block>` where the job is split. */
                  block?: string;
                  /** @description Counted from 0, within the block where the job is split. */
                  frame: number;
                  iteration: number;
                  iterations: number;
                  links?: {
                    /** @description The newest preview of the job; 404 once the job has failed. */
                    image: string;
                  };
                  /** @description As in `progress`. */
                  residual?: number;
                  /** @description Hash of the picture, an 8-bit grey PNG of at most 256 x 256 pixels. */
                  sha256: string;
                  /** @description Counted from 0, within the block where the job is split. */
                  slice: number;
                };
                priority: number;
                progress?: {
                  fraction: number;
                  iteration?: number;
                  iterations?: number;
                  message?: string;
                  /** @description Relative residual of the worst slice after `iteration`, 1 before the first one. */
                  residual?: number;
                  secondsLeft?: number;
                  /** @description Path of the running step in the plan. */
                  step?: string;
                };
                result?: {
                  /** @description Data reference of the array. */
                  artifact: string;
                  axes: string[];
                  dtype: string;
                  links?: {
                    [key: string]: string;
                  };
                  max: number;
                  mean: number;
                  min: number;
                  /** @description Data reference of a PNG of the middle slice. */
                  preview?: string;
                  /** @description Wall time in the executor: reading, all steps, writing. */
                  seconds: number;
                  shape: number[];
                  spacing: number[];
                };
                /** Format: date-time */
                startedAt?: string;
                /** @enum {unknown} */
                state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                steps: {
                  cache?: {
                    /** @description Job that had computed the result. */
                    job?: string;
                    /** @description SHA-256 that names the result in the cache. */
                    key?: string;
                    /** @description One sentence: where the result came from, or why it was not there. */
                    reason: string;
                    /** @description What computing took that job, reading included, less what the hit took. */
                    secondsSaved?: number;
                    /**
                     * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                     * @enum {unknown}
                     */
                    state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                  };
                  /** @description Path in the plan, e.g. `parameter.pre`. */
                  path: string;
                  resumed?: {
                    /** @description The attempt that left the checkpoint. */
                    attempt: number;
                    /** @description Iterations that were not computed again. */
                    iteration: number;
                    iterations: number;
                    /** @description Where that attempt ran. */
                    worker: string;
                  };
                  /** @description Wall time inside the executor, without queueing. */
                  seconds?: number;
                  /** @enum {unknown} */
                  state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                  /** @description The queue jobs that ran the step, when it was split. */
                  subjobs?: {
                    /** @description Attempts started so far. */
                    attempts: number;
                    cache?: {
                      /** @description Job that had computed the result. */
                      job?: string;
                      /** @description SHA-256 that names the result in the cache. */
                      key?: string;
                      /** @description One sentence: where the result came from, or why it was not there. */
                      reason: string;
                      /** @description What computing took that job, reading included, less what the hit took. */
                      secondsSaved?: number;
                      /**
                       * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                       * @enum {unknown}
                       */
                      state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                    };
                    fraction?: number;
                    /** @description `<stage>.<block>`, both counted from 0. */
                    id: string;
                    resumed?: {
                      /** @description The attempt that left the checkpoint. */
                      attempt: number;
                      /** @description Iterations that were not computed again. */
                      iteration: number;
                      iterations: number;
                      /** @description Where that attempt ran. */
                      worker: string;
                    };
                    /** @description Wall time of this step in the executor. */
                    seconds?: number;
                    /** @enum {unknown} */
                    state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                    worker?: string;
                  }[];
                  type: string;
                  worker?: string;
                }[];
                waiting?: {
                  /**
                   * Format: date-time
                   * @description By the mean time that the last jobs of the pool took; absent where none has ended yet or no worker can run it.
                   */
                  estimatedStart?: string;
                  /** @description Jobs, or blocks of jobs, that lie before this one on its queue. */
                  position?: number;
                  /** @description Also says what the job needs that no worker has which could take it. */
                  reason: string;
                };
                /** @description Worker that runs or ran the last attempt. */
                worker?: string;
              }[];
            };
          };
        };
      };
    };
    put?: never;
    /** Submit a reconstruction */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same key gives the same job for a day. */
          'idempotency-key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * @description How often lost work is started in all.
             * @default 3
             */
            attempts?: number;
            /** @description One data reference, or a table of named ones. */
            data:
              | string
              | {
                  [key: string]: string;
                };
            /**
             * @description What a worker computes with.
             * @enum {unknown}
             */
            engine?: 'tensorflow' | 'webgpu' | 'wasm';
            /** @description Free key-value pairs to find jobs by. */
            labels?: {
              [key: string]: string;
            };
            /** @description A bare name is set on every node that has it; a dotted path sets one property. */
            parameters?: {
              [key: string]: unknown;
            };
            /** @description A TOML string, a tree, `{name}` of a built-in plan, or `{session}` for the plan of a session. */
            plan:
              | string
              | {
                  /** @description A built-in plan, e.g. `radon/fbp`. */
                  name: string;
                }
              | {
                  /** @description ULID of a job. */
                  session: string;
                }
              | ({
                  _type: string;
                } & {
                  [key: string]: unknown;
                });
            /** @description Name of a pool of workers. */
            pool?: string;
            /**
             * @description Lower runs earlier.
             * @default 100
             */
            priority?: number;
            /** @description Fan the steps that allow it out in blocks along an axis, `slice` or `frame`; `slice:8` makes blocks of 8. */
            split?: string;
            /** @description Computing time allowed to one attempt. */
            timeoutSeconds?: number;
            /** @description Where work shall run: a pool, the id of a worker, or a label of workers such as `gpu=a100`. */
            worker?: string;
          };
        };
      };
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              attempts: {
                allowed: number;
                /** @description Attempts started so far. */
                made: number;
              };
              /** Format: date-time */
              createdAt: string;
              /** @description One data reference, or a table of named ones. */
              data:
                | string
                | {
                    [key: string]: string;
                  };
              error?: {
                /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                at?: string;
                /** @enum {unknown} */
                code:
                  | 'PLAN_SYNTAX'
                  | 'PLAN_UNKNOWN_TYPE'
                  | 'PLAN_MISSING_PROPERTY'
                  | 'PLAN_INVALID_VALUE'
                  | 'PLAN_UNKNOWN_PROPERTY'
                  | 'DATA_NOT_FOUND'
                  | 'DATA_FORMAT'
                  | 'DATA_SHAPE_MISMATCH'
                  | 'DATA_FORBIDDEN'
                  | 'POOL_UNKNOWN'
                  | 'WORKER_UNAVAILABLE'
                  | 'ENGINE_UNAVAILABLE'
                  | 'OUT_OF_MEMORY'
                  | 'STEP_FAILED'
                  | 'TIMEOUT'
                  | 'CANCELLED'
                  | 'WORKER_LOST'
                  | 'QUOTA_EXCEEDED'
                  | 'UNAUTHENTICATED'
                  | 'FORBIDDEN'
                  | 'NOT_FOUND'
                  | 'CONFLICT'
                  | 'INVALID_REQUEST'
                  | 'SERVICE_UNAVAILABLE'
                  | 'INTERNAL';
                details?: {
                  [key: string]: unknown;
                };
                /** @description Names the thing, the cause and what to do next. */
                message: string;
                /** @description All that was found wrong at once, the first being this failure. */
                problems?: {
                  /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                  at?: string;
                  /** @enum {unknown} */
                  code:
                    | 'PLAN_SYNTAX'
                    | 'PLAN_UNKNOWN_TYPE'
                    | 'PLAN_MISSING_PROPERTY'
                    | 'PLAN_INVALID_VALUE'
                    | 'PLAN_UNKNOWN_PROPERTY'
                    | 'DATA_NOT_FOUND'
                    | 'DATA_FORMAT'
                    | 'DATA_SHAPE_MISMATCH'
                    | 'DATA_FORBIDDEN'
                    | 'POOL_UNKNOWN'
                    | 'WORKER_UNAVAILABLE'
                    | 'ENGINE_UNAVAILABLE'
                    | 'OUT_OF_MEMORY'
                    | 'STEP_FAILED'
                    | 'TIMEOUT'
                    | 'CANCELLED'
                    | 'WORKER_LOST'
                    | 'QUOTA_EXCEEDED'
                    | 'UNAUTHENTICATED'
                    | 'FORBIDDEN'
                    | 'NOT_FOUND'
                    | 'CONFLICT'
                    | 'INVALID_REQUEST'
                    | 'SERVICE_UNAVAILABLE'
                    | 'INTERNAL';
                  details?: {
                    [key: string]: unknown;
                  };
                  /** @description Names the thing, the cause and what to do next. */
                  message: string;
                  /** @description Whether the same work may succeed when it runs again. */
                  retryable: boolean;
                }[];
                /** @description Whether the same work may succeed when it runs again. */
                retryable: boolean;
              };
              /** Format: date-time */
              finishedAt?: string;
              /** @description ULID of a job. */
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              plan: {
                name?: string;
                sha256: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              preview?: {
                /** @description `<stage>.<block>` where the job is split. */
                block?: string;
                /** @description Counted from 0, within the block where the job is split. */
                frame: number;
                iteration: number;
                iterations: number;
                links?: {
                  /** @description The newest preview of the job; 404 once the job has failed. */
                  image: string;
                };
                /** @description As in `progress`. */
                residual?: number;
                /** @description Hash of the picture, an 8-bit grey PNG of at most 256 x 256 pixels. */
                sha256: string;
                /** @description Counted from 0, within the block where the job is split. */
                slice: number;
              };
              priority: number;
              progress?: {
                fraction: number;
                iteration?: number;
                iterations?: number;
                message?: string;
                /** @description Relative residual of the worst slice after `iteration`, 1 before the first one. */
                residual?: number;
                secondsLeft?: number;
                /** @description Path of the running step in the plan. */
                step?: string;
              };
              result?: {
                /** @description Data reference of the array. */
                artifact: string;
                axes: string[];
                dtype: string;
                links?: {
                  [key: string]: string;
                };
                max: number;
                mean: number;
                min: number;
                /** @description Data reference of a PNG of the middle slice. */
                preview?: string;
                /** @description Wall time in the executor: reading, all steps, writing. */
                seconds: number;
                shape: number[];
                spacing: number[];
              };
              /** Format: date-time */
              startedAt?: string;
              /** @enum {unknown} */
              state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
              steps: {
                cache?: {
                  /** @description Job that had computed the result. */
                  job?: string;
                  /** @description SHA-256 that names the result in the cache. */
                  key?: string;
                  /** @description One sentence: where the result came from, or why it was not there. */
                  reason: string;
                  /** @description What computing took that job, reading included, less what the hit took. */
                  secondsSaved?: number;
                  /**
                   * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                   * @enum {unknown}
                   */
                  state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                };
                /** @description Path in the plan, e.g. `parameter.pre`. */
                path: string;
                resumed?: {
                  /** @description The attempt that left the checkpoint. */
                  attempt: number;
                  /** @description Iterations that were not computed again. */
                  iteration: number;
                  iterations: number;
                  /** @description Where that attempt ran. */
                  worker: string;
                };
                /** @description Wall time inside the executor, without queueing. */
                seconds?: number;
                /** @enum {unknown} */
                state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                /** @description The queue jobs that ran the step, when it was split. */
                subjobs?: {
                  /** @description Attempts started so far. */
                  attempts: number;
                  cache?: {
                    /** @description Job that had computed the result. */
                    job?: string;
                    /** @description SHA-256 that names the result in the cache. */
                    key?: string;
                    /** @description One sentence: where the result came from, or why it was not there. */
                    reason: string;
                    /** @description What computing took that job, reading included, less what the hit took. */
                    secondsSaved?: number;
                    /**
                     * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                     * @enum {unknown}
                     */
                    state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                  };
                  fraction?: number;
                  /** @description `<stage>.<block>`, both counted from 0. */
                  id: string;
                  resumed?: {
                    /** @description The attempt that left the checkpoint. */
                    attempt: number;
                    /** @description Iterations that were not computed again. */
                    iteration: number;
                    iterations: number;
                    /** @description Where that attempt ran. */
                    worker: string;
                  };
                  /** @description Wall time of this step in the executor. */
                  seconds?: number;
                  /** @enum {unknown} */
                  state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                  worker?: string;
                }[];
                type: string;
                worker?: string;
              }[];
              waiting?: {
                /**
                 * Format: date-time
                 * @description By the mean time that the last jobs of the pool took; absent where none has ended yet or no worker can run it.
                 */
                estimatedStart?: string;
                /** @description Jobs, or blocks of jobs, that lie before this one on its queue. */
                position?: number;
                /** @description Also says what the job needs that no worker has which could take it. */
                reason: string;
              };
              /** @description Worker that runs or ran the last attempt. */
              worker?: string;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One job */
    get: {
      parameters: {
        query?: {
          /** @description Holds the answer until the job has ended or these seconds are over. */
          wait?: number;
        };
        header?: never;
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              attempts: {
                allowed: number;
                /** @description Attempts started so far. */
                made: number;
              };
              /** Format: date-time */
              createdAt: string;
              /** @description One data reference, or a table of named ones. */
              data:
                | string
                | {
                    [key: string]: string;
                  };
              error?: {
                /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                at?: string;
                /** @enum {unknown} */
                code:
                  | 'PLAN_SYNTAX'
                  | 'PLAN_UNKNOWN_TYPE'
                  | 'PLAN_MISSING_PROPERTY'
                  | 'PLAN_INVALID_VALUE'
                  | 'PLAN_UNKNOWN_PROPERTY'
                  | 'DATA_NOT_FOUND'
                  | 'DATA_FORMAT'
                  | 'DATA_SHAPE_MISMATCH'
                  | 'DATA_FORBIDDEN'
                  | 'POOL_UNKNOWN'
                  | 'WORKER_UNAVAILABLE'
                  | 'ENGINE_UNAVAILABLE'
                  | 'OUT_OF_MEMORY'
                  | 'STEP_FAILED'
                  | 'TIMEOUT'
                  | 'CANCELLED'
                  | 'WORKER_LOST'
                  | 'QUOTA_EXCEEDED'
                  | 'UNAUTHENTICATED'
                  | 'FORBIDDEN'
                  | 'NOT_FOUND'
                  | 'CONFLICT'
                  | 'INVALID_REQUEST'
                  | 'SERVICE_UNAVAILABLE'
                  | 'INTERNAL';
                details?: {
                  [key: string]: unknown;
                };
                /** @description Names the thing, the cause and what to do next. */
                message: string;
                /** @description All that was found wrong at once, the first being this failure. */
                problems?: {
                  /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                  at?: string;
                  /** @enum {unknown} */
                  code:
                    | 'PLAN_SYNTAX'
                    | 'PLAN_UNKNOWN_TYPE'
                    | 'PLAN_MISSING_PROPERTY'
                    | 'PLAN_INVALID_VALUE'
                    | 'PLAN_UNKNOWN_PROPERTY'
                    | 'DATA_NOT_FOUND'
                    | 'DATA_FORMAT'
                    | 'DATA_SHAPE_MISMATCH'
                    | 'DATA_FORBIDDEN'
                    | 'POOL_UNKNOWN'
                    | 'WORKER_UNAVAILABLE'
                    | 'ENGINE_UNAVAILABLE'
                    | 'OUT_OF_MEMORY'
                    | 'STEP_FAILED'
                    | 'TIMEOUT'
                    | 'CANCELLED'
                    | 'WORKER_LOST'
                    | 'QUOTA_EXCEEDED'
                    | 'UNAUTHENTICATED'
                    | 'FORBIDDEN'
                    | 'NOT_FOUND'
                    | 'CONFLICT'
                    | 'INVALID_REQUEST'
                    | 'SERVICE_UNAVAILABLE'
                    | 'INTERNAL';
                  details?: {
                    [key: string]: unknown;
                  };
                  /** @description Names the thing, the cause and what to do next. */
                  message: string;
                  /** @description Whether the same work may succeed when it runs again. */
                  retryable: boolean;
                }[];
                /** @description Whether the same work may succeed when it runs again. */
                retryable: boolean;
              };
              /** Format: date-time */
              finishedAt?: string;
              /** @description ULID of a job. */
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              plan: {
                name?: string;
                sha256: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              preview?: {
                /** @description `<stage>.<block>` where the job is split. */
                block?: string;
                /** @description Counted from 0, within the block where the job is split. */
                frame: number;
                iteration: number;
                iterations: number;
                links?: {
                  /** @description The newest preview of the job; 404 once the job has failed. */
                  image: string;
                };
                /** @description As in `progress`. */
                residual?: number;
                /** @description Hash of the picture, an 8-bit grey PNG of at most 256 x 256 pixels. */
                sha256: string;
                /** @description Counted from 0, within the block where the job is split. */
                slice: number;
              };
              priority: number;
              progress?: {
                fraction: number;
                iteration?: number;
                iterations?: number;
                message?: string;
                /** @description Relative residual of the worst slice after `iteration`, 1 before the first one. */
                residual?: number;
                secondsLeft?: number;
                /** @description Path of the running step in the plan. */
                step?: string;
              };
              result?: {
                /** @description Data reference of the array. */
                artifact: string;
                axes: string[];
                dtype: string;
                links?: {
                  [key: string]: string;
                };
                max: number;
                mean: number;
                min: number;
                /** @description Data reference of a PNG of the middle slice. */
                preview?: string;
                /** @description Wall time in the executor: reading, all steps, writing. */
                seconds: number;
                shape: number[];
                spacing: number[];
              };
              /** Format: date-time */
              startedAt?: string;
              /** @enum {unknown} */
              state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
              steps: {
                cache?: {
                  /** @description Job that had computed the result. */
                  job?: string;
                  /** @description SHA-256 that names the result in the cache. */
                  key?: string;
                  /** @description One sentence: where the result came from, or why it was not there. */
                  reason: string;
                  /** @description What computing took that job, reading included, less what the hit took. */
                  secondsSaved?: number;
                  /**
                   * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                   * @enum {unknown}
                   */
                  state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                };
                /** @description Path in the plan, e.g. `parameter.pre`. */
                path: string;
                resumed?: {
                  /** @description The attempt that left the checkpoint. */
                  attempt: number;
                  /** @description Iterations that were not computed again. */
                  iteration: number;
                  iterations: number;
                  /** @description Where that attempt ran. */
                  worker: string;
                };
                /** @description Wall time inside the executor, without queueing. */
                seconds?: number;
                /** @enum {unknown} */
                state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                /** @description The queue jobs that ran the step, when it was split. */
                subjobs?: {
                  /** @description Attempts started so far. */
                  attempts: number;
                  cache?: {
                    /** @description Job that had computed the result. */
                    job?: string;
                    /** @description SHA-256 that names the result in the cache. */
                    key?: string;
                    /** @description One sentence: where the result came from, or why it was not there. */
                    reason: string;
                    /** @description What computing took that job, reading included, less what the hit took. */
                    secondsSaved?: number;
                    /**
                     * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                     * @enum {unknown}
                     */
                    state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                  };
                  fraction?: number;
                  /** @description `<stage>.<block>`, both counted from 0. */
                  id: string;
                  resumed?: {
                    /** @description The attempt that left the checkpoint. */
                    attempt: number;
                    /** @description Iterations that were not computed again. */
                    iteration: number;
                    iterations: number;
                    /** @description Where that attempt ran. */
                    worker: string;
                  };
                  /** @description Wall time of this step in the executor. */
                  seconds?: number;
                  /** @enum {unknown} */
                  state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                  worker?: string;
                }[];
                type: string;
                worker?: string;
              }[];
              waiting?: {
                /**
                 * Format: date-time
                 * @description By the mean time that the last jobs of the pool took; absent where none has ended yet or no worker can run it.
                 */
                estimatedStart?: string;
                /** @description Jobs, or blocks of jobs, that lie before this one on its queue. */
                position?: number;
                /** @description Also says what the job needs that no worker has which could take it. */
                reason: string;
              };
              /** @description Worker that runs or ran the last attempt. */
              worker?: string;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    /**
     * Cancel a job
     * @description A running step stops within a second. A job that has ended stays as it is.
     */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              attempts: {
                allowed: number;
                /** @description Attempts started so far. */
                made: number;
              };
              /** Format: date-time */
              createdAt: string;
              /** @description One data reference, or a table of named ones. */
              data:
                | string
                | {
                    [key: string]: string;
                  };
              error?: {
                /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                at?: string;
                /** @enum {unknown} */
                code:
                  | 'PLAN_SYNTAX'
                  | 'PLAN_UNKNOWN_TYPE'
                  | 'PLAN_MISSING_PROPERTY'
                  | 'PLAN_INVALID_VALUE'
                  | 'PLAN_UNKNOWN_PROPERTY'
                  | 'DATA_NOT_FOUND'
                  | 'DATA_FORMAT'
                  | 'DATA_SHAPE_MISMATCH'
                  | 'DATA_FORBIDDEN'
                  | 'POOL_UNKNOWN'
                  | 'WORKER_UNAVAILABLE'
                  | 'ENGINE_UNAVAILABLE'
                  | 'OUT_OF_MEMORY'
                  | 'STEP_FAILED'
                  | 'TIMEOUT'
                  | 'CANCELLED'
                  | 'WORKER_LOST'
                  | 'QUOTA_EXCEEDED'
                  | 'UNAUTHENTICATED'
                  | 'FORBIDDEN'
                  | 'NOT_FOUND'
                  | 'CONFLICT'
                  | 'INVALID_REQUEST'
                  | 'SERVICE_UNAVAILABLE'
                  | 'INTERNAL';
                details?: {
                  [key: string]: unknown;
                };
                /** @description Names the thing, the cause and what to do next. */
                message: string;
                /** @description All that was found wrong at once, the first being this failure. */
                problems?: {
                  /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                  at?: string;
                  /** @enum {unknown} */
                  code:
                    | 'PLAN_SYNTAX'
                    | 'PLAN_UNKNOWN_TYPE'
                    | 'PLAN_MISSING_PROPERTY'
                    | 'PLAN_INVALID_VALUE'
                    | 'PLAN_UNKNOWN_PROPERTY'
                    | 'DATA_NOT_FOUND'
                    | 'DATA_FORMAT'
                    | 'DATA_SHAPE_MISMATCH'
                    | 'DATA_FORBIDDEN'
                    | 'POOL_UNKNOWN'
                    | 'WORKER_UNAVAILABLE'
                    | 'ENGINE_UNAVAILABLE'
                    | 'OUT_OF_MEMORY'
                    | 'STEP_FAILED'
                    | 'TIMEOUT'
                    | 'CANCELLED'
                    | 'WORKER_LOST'
                    | 'QUOTA_EXCEEDED'
                    | 'UNAUTHENTICATED'
                    | 'FORBIDDEN'
                    | 'NOT_FOUND'
                    | 'CONFLICT'
                    | 'INVALID_REQUEST'
                    | 'SERVICE_UNAVAILABLE'
                    | 'INTERNAL';
                  details?: {
                    [key: string]: unknown;
                  };
                  /** @description Names the thing, the cause and what to do next. */
                  message: string;
                  /** @description Whether the same work may succeed when it runs again. */
                  retryable: boolean;
                }[];
                /** @description Whether the same work may succeed when it runs again. */
                retryable: boolean;
              };
              /** Format: date-time */
              finishedAt?: string;
              /** @description ULID of a job. */
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              plan: {
                name?: string;
                sha256: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              preview?: {
                /** @description `<stage>.<block>` where the job is split. */
                block?: string;
                /** @description Counted from 0, within the block where the job is split. */
                frame: number;
                iteration: number;
                iterations: number;
                links?: {
                  /** @description The newest preview of the job; 404 once the job has failed. */
                  image: string;
                };
                /** @description As in `progress`. */
                residual?: number;
                /** @description Hash of the picture, an 8-bit grey PNG of at most 256 x 256 pixels. */
                sha256: string;
                /** @description Counted from 0, within the block where the job is split. */
                slice: number;
              };
              priority: number;
              progress?: {
                fraction: number;
                iteration?: number;
                iterations?: number;
                message?: string;
                /** @description Relative residual of the worst slice after `iteration`, 1 before the first one. */
                residual?: number;
                secondsLeft?: number;
                /** @description Path of the running step in the plan. */
                step?: string;
              };
              result?: {
                /** @description Data reference of the array. */
                artifact: string;
                axes: string[];
                dtype: string;
                links?: {
                  [key: string]: string;
                };
                max: number;
                mean: number;
                min: number;
                /** @description Data reference of a PNG of the middle slice. */
                preview?: string;
                /** @description Wall time in the executor: reading, all steps, writing. */
                seconds: number;
                shape: number[];
                spacing: number[];
              };
              /** Format: date-time */
              startedAt?: string;
              /** @enum {unknown} */
              state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
              steps: {
                cache?: {
                  /** @description Job that had computed the result. */
                  job?: string;
                  /** @description SHA-256 that names the result in the cache. */
                  key?: string;
                  /** @description One sentence: where the result came from, or why it was not there. */
                  reason: string;
                  /** @description What computing took that job, reading included, less what the hit took. */
                  secondsSaved?: number;
                  /**
                   * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                   * @enum {unknown}
                   */
                  state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                };
                /** @description Path in the plan, e.g. `parameter.pre`. */
                path: string;
                resumed?: {
                  /** @description The attempt that left the checkpoint. */
                  attempt: number;
                  /** @description Iterations that were not computed again. */
                  iteration: number;
                  iterations: number;
                  /** @description Where that attempt ran. */
                  worker: string;
                };
                /** @description Wall time inside the executor, without queueing. */
                seconds?: number;
                /** @enum {unknown} */
                state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                /** @description The queue jobs that ran the step, when it was split. */
                subjobs?: {
                  /** @description Attempts started so far. */
                  attempts: number;
                  cache?: {
                    /** @description Job that had computed the result. */
                    job?: string;
                    /** @description SHA-256 that names the result in the cache. */
                    key?: string;
                    /** @description One sentence: where the result came from, or why it was not there. */
                    reason: string;
                    /** @description What computing took that job, reading included, less what the hit took. */
                    secondsSaved?: number;
                    /**
                     * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                     * @enum {unknown}
                     */
                    state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                  };
                  fraction?: number;
                  /** @description `<stage>.<block>`, both counted from 0. */
                  id: string;
                  resumed?: {
                    /** @description The attempt that left the checkpoint. */
                    attempt: number;
                    /** @description Iterations that were not computed again. */
                    iteration: number;
                    iterations: number;
                    /** @description Where that attempt ran. */
                    worker: string;
                  };
                  /** @description Wall time of this step in the executor. */
                  seconds?: number;
                  /** @enum {unknown} */
                  state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                  worker?: string;
                }[];
                type: string;
                worker?: string;
              }[];
              waiting?: {
                /**
                 * Format: date-time
                 * @description By the mean time that the last jobs of the pool took; absent where none has ended yet or no worker can run it.
                 */
                estimatedStart?: string;
                /** @description Jobs, or blocks of jobs, that lie before this one on its queue. */
                position?: number;
                /** @description Also says what the job needs that no worker has which could take it. */
                reason: string;
              };
              /** @description Worker that runs or ran the last attempt. */
              worker?: string;
            };
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What happens to a job, as server-sent events
     * @description Events `state`, `progress`, `preview` (its `links.image` leads to the newest picture), `log` and, as the last one, `result`. Resumes after `Last-Event-ID`; without it, begins with the first event.
     */
    get: {
      parameters: {
        query?: never;
        header?: {
          'last-event-id'?: string;
        };
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The exact plan of a job, parameters applied and defaults filled in */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description What the submission set. */
              parameters: {
                [key: string]: unknown;
              };
              /** @description The exact plan that runs, parameters applied, as TOML. */
              plan: string;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/preview': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A small picture of the image as it is now
     * @description An 8-bit PNG of one slice: while the job iterates the newest preview, of at most 256 x 256 pixels, and when it has completed that of the result. 404 when there is none.
     */
    get: {
      parameters: {
        query?: {
          /** @description Only for caches; the newest picture is answered anyway. */
          sha256?: string;
        };
        header?: never;
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/provenance': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How the image was made: enough to make it again */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description What was not computed by this job, as another had left it in the cache. */
              cached?: {
                /** @description Job that computed it. */
                job: string;
                /** @description SHA-256 that names the result in the cache. */
                key: string;
                /** @description Path of the step in the plan. */
                path: string;
                /** @description Worker that computed it. */
                worker: string;
              }[];
              data: {
                bytes: number;
                format: string;
                name: string;
                reference: string;
                sha256: string;
              }[];
              engine: {
                device: string;
                name: string;
                version: string;
              };
              /** @description Where each part ran, when the job ran in several. */
              legs?: {
                cached?: {
                  /** @description Job that computed it. */
                  job: string;
                  /** @description SHA-256 that names the result in the cache. */
                  key: string;
                  /** @description Path of the step in the plan. */
                  path: string;
                  /** @description Worker that computed it. */
                  worker: string;
                }[];
                engine: {
                  device: string;
                  name: string;
                  version: string;
                };
                /** @description `<stage>.<block>`, both counted from 0. */
                id: string;
                resumed?: {
                  /** @description The attempt that left the checkpoint. */
                  attempt: number;
                  /** @description Iterations that were not computed again. */
                  iteration: number;
                  iterations: number;
                  /** @description Path of the step in the plan. */
                  path: string;
                  /** @description Where that attempt ran. */
                  worker: string;
                }[];
                steps: string[];
                /** @description As `warm` of the whole, for this part. */
                warm?: boolean;
                worker: string;
              }[];
              node: string;
              /** @description Package name to version. */
              packages: {
                [key: string]: string;
              };
              parameters: {
                [key: string]: unknown;
              };
              /** @description The exact plan that ran, parameters applied, as TOML. */
              plan: string;
              planSha256: string;
              /** @description What the `_remote` tables of the plan stood for. */
              remoteValues?: {
                dtype: string;
                /** @description Path of the property in the plan. */
                path: string;
                /** @description Value of `_remote`. */
                resolver: string;
                /** @description Of the values as the machine holds them: C order, little-endian. */
                sha256: string;
                shape: number[];
              }[];
              /** @description What was not computed again, as a lost attempt had come that far. */
              resumed?: {
                /** @description The attempt that left the checkpoint. */
                attempt: number;
                /** @description Iterations that were not computed again. */
                iteration: number;
                iterations: number;
                /** @description Path of the step in the plan. */
                path: string;
                /** @description Where that attempt ran. */
                worker: string;
              }[];
              /** @description Seconds per phase. `build` only where something was built. */
              timings: {
                [key: string]: number;
              };
              /** @description Whether the executor had the algorithm built already, from an earlier job. */
              warm?: boolean;
              /** @description Worker that published the image. */
              worker: string;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/result': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The image, in the format asked for
     * @description `npy` takes `Range` requests. Without `format` the `Accept` header decides, then `npy`.
     */
    get: {
      parameters: {
        query?: {
          /** @description For png; 16 unless given. */
          bits?: 8 | 16;
          format?: 'npy' | 'h5' | 'nii.gz' | 'png';
          /** @description For png; the first one unless given. */
          frame?: number;
          /** @description For png; the middle one unless given. */
          slice?: number;
          /** @description For png: values shown black and white, `lo,hi`. */
          window?: string;
        };
        header?: never;
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Run an ended job again */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a job. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              attempts: {
                allowed: number;
                /** @description Attempts started so far. */
                made: number;
              };
              /** Format: date-time */
              createdAt: string;
              /** @description One data reference, or a table of named ones. */
              data:
                | string
                | {
                    [key: string]: string;
                  };
              error?: {
                /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                at?: string;
                /** @enum {unknown} */
                code:
                  | 'PLAN_SYNTAX'
                  | 'PLAN_UNKNOWN_TYPE'
                  | 'PLAN_MISSING_PROPERTY'
                  | 'PLAN_INVALID_VALUE'
                  | 'PLAN_UNKNOWN_PROPERTY'
                  | 'DATA_NOT_FOUND'
                  | 'DATA_FORMAT'
                  | 'DATA_SHAPE_MISMATCH'
                  | 'DATA_FORBIDDEN'
                  | 'POOL_UNKNOWN'
                  | 'WORKER_UNAVAILABLE'
                  | 'ENGINE_UNAVAILABLE'
                  | 'OUT_OF_MEMORY'
                  | 'STEP_FAILED'
                  | 'TIMEOUT'
                  | 'CANCELLED'
                  | 'WORKER_LOST'
                  | 'QUOTA_EXCEEDED'
                  | 'UNAUTHENTICATED'
                  | 'FORBIDDEN'
                  | 'NOT_FOUND'
                  | 'CONFLICT'
                  | 'INVALID_REQUEST'
                  | 'SERVICE_UNAVAILABLE'
                  | 'INTERNAL';
                details?: {
                  [key: string]: unknown;
                };
                /** @description Names the thing, the cause and what to do next. */
                message: string;
                /** @description All that was found wrong at once, the first being this failure. */
                problems?: {
                  /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                  at?: string;
                  /** @enum {unknown} */
                  code:
                    | 'PLAN_SYNTAX'
                    | 'PLAN_UNKNOWN_TYPE'
                    | 'PLAN_MISSING_PROPERTY'
                    | 'PLAN_INVALID_VALUE'
                    | 'PLAN_UNKNOWN_PROPERTY'
                    | 'DATA_NOT_FOUND'
                    | 'DATA_FORMAT'
                    | 'DATA_SHAPE_MISMATCH'
                    | 'DATA_FORBIDDEN'
                    | 'POOL_UNKNOWN'
                    | 'WORKER_UNAVAILABLE'
                    | 'ENGINE_UNAVAILABLE'
                    | 'OUT_OF_MEMORY'
                    | 'STEP_FAILED'
                    | 'TIMEOUT'
                    | 'CANCELLED'
                    | 'WORKER_LOST'
                    | 'QUOTA_EXCEEDED'
                    | 'UNAUTHENTICATED'
                    | 'FORBIDDEN'
                    | 'NOT_FOUND'
                    | 'CONFLICT'
                    | 'INVALID_REQUEST'
                    | 'SERVICE_UNAVAILABLE'
                    | 'INTERNAL';
                  details?: {
                    [key: string]: unknown;
                  };
                  /** @description Names the thing, the cause and what to do next. */
                  message: string;
                  /** @description Whether the same work may succeed when it runs again. */
                  retryable: boolean;
                }[];
                /** @description Whether the same work may succeed when it runs again. */
                retryable: boolean;
              };
              /** Format: date-time */
              finishedAt?: string;
              /** @description ULID of a job. */
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              plan: {
                name?: string;
                sha256: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              preview?: {
                /** @description `<stage>.<block>` where the job is split. */
                block?: string;
                /** @description Counted from 0, within the block where the job is split. */
                frame: number;
                iteration: number;
                iterations: number;
                links?: {
                  /** @description The newest preview of the job; 404 once the job has failed. */
                  image: string;
                };
                /** @description As in `progress`. */
                residual?: number;
                /** @description Hash of the picture, an 8-bit grey PNG of at most 256 x 256 pixels. */
                sha256: string;
                /** @description Counted from 0, within the block where the job is split. */
                slice: number;
              };
              priority: number;
              progress?: {
                fraction: number;
                iteration?: number;
                iterations?: number;
                message?: string;
                /** @description Relative residual of the worst slice after `iteration`, 1 before the first one. */
                residual?: number;
                secondsLeft?: number;
                /** @description Path of the running step in the plan. */
                step?: string;
              };
              result?: {
                /** @description Data reference of the array. */
                artifact: string;
                axes: string[];
                dtype: string;
                links?: {
                  [key: string]: string;
                };
                max: number;
                mean: number;
                min: number;
                /** @description Data reference of a PNG of the middle slice. */
                preview?: string;
                /** @description Wall time in the executor: reading, all steps, writing. */
                seconds: number;
                shape: number[];
                spacing: number[];
              };
              /** Format: date-time */
              startedAt?: string;
              /** @enum {unknown} */
              state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
              steps: {
                cache?: {
                  /** @description Job that had computed the result. */
                  job?: string;
                  /** @description SHA-256 that names the result in the cache. */
                  key?: string;
                  /** @description One sentence: where the result came from, or why it was not there. */
                  reason: string;
                  /** @description What computing took that job, reading included, less what the hit took. */
                  secondsSaved?: number;
                  /**
                   * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                   * @enum {unknown}
                   */
                  state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                };
                /** @description Path in the plan, e.g. `parameter.pre`. */
                path: string;
                resumed?: {
                  /** @description The attempt that left the checkpoint. */
                  attempt: number;
                  /** @description Iterations that were not computed again. */
                  iteration: number;
                  iterations: number;
                  /** @description Where that attempt ran. */
                  worker: string;
                };
                /** @description Wall time inside the executor, without queueing. */
                seconds?: number;
                /** @enum {unknown} */
                state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                /** @description The queue jobs that ran the step, when it was split. */
                subjobs?: {
                  /** @description Attempts started so far. */
                  attempts: number;
                  cache?: {
                    /** @description Job that had computed the result. */
                    job?: string;
                    /** @description SHA-256 that names the result in the cache. */
                    key?: string;
                    /** @description One sentence: where the result came from, or why it was not there. */
                    reason: string;
                    /** @description What computing took that job, reading included, less what the hit took. */
                    secondsSaved?: number;
                    /**
                     * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through.
                     * @enum {unknown}
                     */
                    state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off';
                  };
                  fraction?: number;
                  /** @description `<stage>.<block>`, both counted from 0. */
                  id: string;
                  resumed?: {
                    /** @description The attempt that left the checkpoint. */
                    attempt: number;
                    /** @description Iterations that were not computed again. */
                    iteration: number;
                    iterations: number;
                    /** @description Where that attempt ran. */
                    worker: string;
                  };
                  /** @description Wall time of this step in the executor. */
                  seconds?: number;
                  /** @enum {unknown} */
                  state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
                  worker?: string;
                }[];
                type: string;
                worker?: string;
              }[];
              waiting?: {
                /**
                 * Format: date-time
                 * @description By the mean time that the last jobs of the pool took; absent where none has ended yet or no worker can run it.
                 */
                estimatedStart?: string;
                /** @description Jobs, or blocks of jobs, that lie before this one on its queue. */
                position?: number;
                /** @description Also says what the job needs that no worker has which could take it. */
                reason: string;
              };
              /** @description Worker that runs or ran the last attempt. */
              worker?: string;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make a plan live
     * @description The plan may be incomplete. A session that nobody uses for a day is gone; a copy of a session begins as that one is now.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            plan:
              | (
                  | string
                  | {
                      /** @description A built-in plan, e.g. `radon/fbp`. */
                      name: string;
                    }
                  | {
                      /** @description ULID of a job. */
                      session: string;
                    }
                  | ({
                      _type: string;
                    } & {
                      [key: string]: unknown;
                    })
                )
              | {
                  /** @description ULID of a job. */
                  job: string;
                };
          };
        };
      };
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description Every call puts this off.
               */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              links: {
                [key: string]: string;
              };
              /** @description Number of changes made; also the `ETag`, in quotes. */
              version: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One session: version and expiry */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description Every call puts this off.
               */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              links: {
                [key: string]: string;
              };
              /** @description Number of changes made; also the `ETag`, in quotes. */
              version: number;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    /**
     * End a session
     * @description Jobs that were submitted from it keep the plan as it was then.
     */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        204: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/build': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Whether the plan can be built, and all that is missing or wrong if not */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json':
              | {
                  /** @enum {boolean} */
                  ready: true;
                  /** @description Hash of the complete plan, as jobs have it. */
                  sha256: string;
                  version: number;
                }
              | {
                  /** @description All that is missing or wrong. */
                  problems: {
                    /** @enum {unknown} */
                    code:
                      | 'PLAN_SYNTAX'
                      | 'PLAN_UNKNOWN_TYPE'
                      | 'PLAN_MISSING_PROPERTY'
                      | 'PLAN_INVALID_VALUE'
                      | 'PLAN_UNKNOWN_PROPERTY'
                      | 'DATA_NOT_FOUND'
                      | 'DATA_FORMAT'
                      | 'DATA_SHAPE_MISMATCH'
                      | 'DATA_FORBIDDEN'
                      | 'POOL_UNKNOWN'
                      | 'WORKER_UNAVAILABLE'
                      | 'ENGINE_UNAVAILABLE'
                      | 'OUT_OF_MEMORY'
                      | 'STEP_FAILED'
                      | 'TIMEOUT'
                      | 'CANCELLED'
                      | 'WORKER_LOST'
                      | 'QUOTA_EXCEEDED'
                      | 'UNAUTHENTICATED'
                      | 'FORBIDDEN'
                      | 'NOT_FOUND'
                      | 'CONFLICT'
                      | 'INVALID_REQUEST'
                      | 'SERVICE_UNAVAILABLE'
                      | 'INTERNAL';
                    detail: string;
                    path?: string;
                  }[];
                  /** @enum {boolean} */
                  ready: false;
                  version: number;
                };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/clear': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Make every property of the plan, or of a node, missing
     * @description Links of what is cleared are gone too.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The `ETag` that the change is meant for; another version is answered with 412. Without it the change is made on the newest version. */
          'if-match'?: string;
        };
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * @description Keep the nodes and clear them too; false removes them.
             * @default true
             */
            keepStructure?: boolean;
            /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
            path?: string;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Paths of everything that was set, what follows through links included. */
              changed: string[];
              /** Format: date-time */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              version: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What happens to a session, as server-sent events
     * @description First `open` with the version, then `change` for everything that is set: `{version, path, value}` or `{version, path, missing: true}`, with a transform `{version, path, transform, value}`, in which the value itself is never sent. `property` watches one property, or a node with all that is in it. Resumes after `Last-Event-ID`; after a long absence what happened in between is told as one, or, for the whole plan, as `restart`: read the tree again. `end` when the session is gone.
     */
    get: {
      parameters: {
        query?: {
          /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
          property?: string;
          /** @description Answer with this instead of the value: items of a list, extents of nested lists, SHA-256 of the exact text. */
          transform?: 'length' | 'shape' | 'hash';
        };
        header?: {
          'last-event-id'?: string;
        };
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/fork': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** A session of its own that begins as this one is now */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        201: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** Format: date-time */
              createdAt: string;
              /**
               * Format: date-time
               * @description Every call puts this off.
               */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              links: {
                [key: string]: string;
              };
              /** @description Number of changes made; also the `ETag`, in quotes. */
              version: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/links/{path}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /** Let a property follow another one until it is set by hand */
    put: {
      parameters: {
        query?: never;
        header?: {
          /** @description The `ETag` that the change is meant for; another version is answered with 412. Without it the change is made on the newest version. */
          'if-match'?: string;
        };
        path: {
          /** @description ULID of a session. */
          id: string;
          /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
          path: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * @description A registered function.
             * @default identity
             */
            function?: string;
            /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
            source: string;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Paths of everything that was set, what follows through links included. */
              changed: string[];
              /** Format: date-time */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              version: number;
            };
          };
        };
      };
    };
    post?: never;
    /** Let a property follow nothing any more */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** @description The `ETag` that the change is meant for; another version is answered with 412. Without it the change is made on the newest version. */
          'if-match'?: string;
        };
        path: {
          /** @description ULID of a session. */
          id: string;
          /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
          path: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Paths of everything that was set, what follows through links included. */
              changed: string[];
              /** Format: date-time */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              version: number;
            };
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/properties/{path}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The value of a property, or that it is missing
     * @description A `_remote` value is answered as the reference, also with a transform.
     */
    get: {
      parameters: {
        query?: {
          /** @description Answer with this instead of the value: items of a list, extents of nested lists, SHA-256 of the exact text. */
          transform?: 'length' | 'shape' | 'hash';
        };
        header?: never;
        path: {
          /** @description ULID of a session. */
          id: string;
          /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
          path: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @enum {boolean} */
              missing?: true;
              path: string;
              /**
               * @description The value is a `_remote` reference, which only a worker resolves.
               * @enum {boolean}
               */
              remote?: true;
              /**
               * @description Answer with this instead of the value: items of a list, extents of nested lists, SHA-256 of the exact text.
               * @enum {unknown}
               */
              transform?: 'length' | 'shape' | 'hash';
              /** @description As in the tree, or what the transform makes of it. */
              value?: unknown;
              version: number;
            };
          };
        };
      };
    };
    /**
     * Set a property
     * @description The value is checked and converted. What follows the property through links is set too.
     */
    put: {
      parameters: {
        query?: never;
        header?: {
          /** @description The `ETag` that the change is meant for; another version is answered with 412. Without it the change is made on the newest version. */
          'if-match'?: string;
        };
        path: {
          /** @description ULID of a session. */
          id: string;
          /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
          path: string;
        };
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /** @description Plain JSON; `null` is *nothing*, a table with `_type` a node. */
            value: unknown;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Paths of everything that was set, what follows through links included. */
              changed: string[];
              /** Format: date-time */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              version: number;
            };
          };
        };
      };
    };
    post?: never;
    /** Make a property missing, or take an item out of a list */
    delete: {
      parameters: {
        query?: never;
        header?: {
          /** @description The `ETag` that the change is meant for; another version is answered with 412. Without it the change is made on the newest version. */
          'if-match'?: string;
        };
        path: {
          /** @description ULID of a session. */
          id: string;
          /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
          path: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Paths of everything that was set, what follows through links included. */
              changed: string[];
              /** Format: date-time */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              version: number;
            };
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/set-all': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Set many properties at once */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The `ETag` that the change is meant for; another version is answered with 412. Without it the change is made on the newest version. */
          'if-match'?: string;
        };
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      /** @description A bare name is set on every node that has it; a path sets one property. All or nothing. */
      requestBody: {
        content: {
          'application/json': {
            [key: string]: unknown;
          };
        };
      };
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Paths of everything that was set, what follows through links included. */
              changed: string[];
              /** Format: date-time */
              expiresAt: string;
              /** @description ULID of a session. */
              id: string;
              version: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/toml': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The plan as a file
     * @description As `savePlan` writes it: `worker` of wrappers is left out.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/toml': string;
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/tree': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** The plan as a tree */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a session. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Tables of the TOML file. */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              [key: string]: unknown;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pools': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All pools, with their workers and what waits for them */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              pools: {
                /** @description Name of a pool of workers. */
                name: string;
                /** @description Its workers start nothing new until it is resumed. */
                paused: boolean;
                /** @description Jobs that these workers run, of this pool or another. */
                running: number;
                /** @description Jobs that these workers can run at the same time. */
                slots: number;
                /** @description Jobs that wait for a worker. */
                waiting: number;
                /** @description Workers that take its jobs now. */
                workers: number;
              }[];
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pools/{pool}/demand': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What a pool has to do, for autoscalers
     * @description `slots` is the number to scale by: divided by the concurrency of a worker it is how many workers the pool can use, 0 when nothing is to do. A pool that nobody knows yet has nothing to do either, so that an autoscaler can ask from the start.
     */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of a pool of workers. */
          pool: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Work that a worker has taken, workers that were lost included. */
              active: number;
              needs?: {
                /** @description Jobs that one worker runs at the same time. */
                concurrency: number;
                device: string;
                /**
                 * @description What a worker computes with.
                 * @enum {unknown}
                 */
                engine: 'tensorflow' | 'webgpu' | 'wasm';
                /** @description Memory of the device. */
                memoryBytes: number;
              };
              paused: boolean;
              /** @description Name of a pool of workers. */
              pool: string;
              /** @description Queued work, that which waits to be tried again included. */
              runnable: number;
              /** @description Slots that are wanted now: `active`, and unless the pool is paused `runnable`. 0 when there is nothing to do. */
              slots: number;
              /** @description The part of `runnable` and `active` that not every worker of the pool can run. */
              special?: {
                active: number;
                requires: {
                  /**
                   * @description What a worker computes with.
                   * @enum {unknown}
                   */
                  engine?: 'tensorflow' | 'webgpu' | 'wasm';
                  /** @description Free key-value pairs to find jobs by. */
                  labels?: {
                    [key: string]: string;
                  };
                  /** @description Reconstruction packages beside those of Rondel. */
                  packages?: string[];
                  /** @description Names of data roots. */
                  roots?: string[];
                };
                runnable: number;
                /** @description Those of `workers` that have all of it. */
                workers: number;
              }[];
              /** @description Workers that take work of the pool now. */
              workers: number;
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pools/{pool}/pause': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Start nothing new in a pool
     * @description Jobs that run go on, jobs that wait keep their place, new ones are taken and wait.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of a pool of workers. */
          pool: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Work that a worker has taken, workers that were lost included. */
              active: number;
              needs?: {
                /** @description Jobs that one worker runs at the same time. */
                concurrency: number;
                device: string;
                /**
                 * @description What a worker computes with.
                 * @enum {unknown}
                 */
                engine: 'tensorflow' | 'webgpu' | 'wasm';
                /** @description Memory of the device. */
                memoryBytes: number;
              };
              paused: boolean;
              /** @description Name of a pool of workers. */
              pool: string;
              /** @description Queued work, that which waits to be tried again included. */
              runnable: number;
              /** @description Slots that are wanted now: `active`, and unless the pool is paused `runnable`. 0 when there is nothing to do. */
              slots: number;
              /** @description The part of `runnable` and `active` that not every worker of the pool can run. */
              special?: {
                active: number;
                requires: {
                  /**
                   * @description What a worker computes with.
                   * @enum {unknown}
                   */
                  engine?: 'tensorflow' | 'webgpu' | 'wasm';
                  /** @description Free key-value pairs to find jobs by. */
                  labels?: {
                    [key: string]: string;
                  };
                  /** @description Reconstruction packages beside those of Rondel. */
                  packages?: string[];
                  /** @description Names of data roots. */
                  roots?: string[];
                };
                runnable: number;
                /** @description Those of `workers` that have all of it. */
                workers: number;
              }[];
              /** @description Workers that take work of the pool now. */
              workers: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pools/{pool}/resume': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Let a paused pool go on */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Name of a pool of workers. */
          pool: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Work that a worker has taken, workers that were lost included. */
              active: number;
              needs?: {
                /** @description Jobs that one worker runs at the same time. */
                concurrency: number;
                device: string;
                /**
                 * @description What a worker computes with.
                 * @enum {unknown}
                 */
                engine: 'tensorflow' | 'webgpu' | 'wasm';
                /** @description Memory of the device. */
                memoryBytes: number;
              };
              paused: boolean;
              /** @description Name of a pool of workers. */
              pool: string;
              /** @description Queued work, that which waits to be tried again included. */
              runnable: number;
              /** @description Slots that are wanted now: `active`, and unless the pool is paused `runnable`. 0 when there is nothing to do. */
              slots: number;
              /** @description The part of `runnable` and `active` that not every worker of the pool can run. */
              special?: {
                active: number;
                requires: {
                  /**
                   * @description What a worker computes with.
                   * @enum {unknown}
                   */
                  engine?: 'tensorflow' | 'webgpu' | 'wasm';
                  /** @description Free key-value pairs to find jobs by. */
                  labels?: {
                    [key: string]: string;
                  };
                  /** @description Reconstruction packages beside those of Rondel. */
                  packages?: string[];
                  /** @description Names of data roots. */
                  roots?: string[];
                };
                runnable: number;
                /** @description Those of `workers` that have all of it. */
                workers: number;
              }[];
              /** @description Workers that take work of the pool now. */
              workers: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sweeps': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Sweeps, newest first
     * @description Those of which a job has ended less than a week ago, or not yet.
     */
    get: {
      parameters: {
        query?: {
          /** @description ULID of a sweep. */
          cursor?: string;
          limit?: number;
        };
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Pass as `cursor` to get the next page. */
              cursor?: string;
              sweeps: {
                /**
                 * @description `product`: all combinations, the first property changing fastest. `zip`: the first values of all, then the second ones.
                 * @enum {unknown}
                 */
                combine: 'product' | 'zip';
                /** Format: date-time */
                createdAt: string;
                /** @description One data reference, or a table of named ones. */
                data:
                  | string
                  | {
                      [key: string]: string;
                    };
                /** @description Jobs that have ended, whichever way. */
                ended: number;
                /** @description ULID of a sweep. */
                id: string;
                links: {
                  [key: string]: string;
                };
                plan: {
                  name?: string;
                };
                /** @description Name of a pool of workers. */
                pool: string;
                progress: {
                  fraction: number;
                };
                /** @description Jobs in each state. */
                states: {
                  active: number;
                  cancelled: number;
                  completed: number;
                  failed: number;
                  queued: number;
                  waiting: number;
                };
                /** @description Number of combinations. */
                total: number;
                vary: {
                  /** @description A path into the plan, or a bare name, which is set on every node that has it. */
                  path: string;
                  /** @description Plain JSON, as in parameters. */
                  values: unknown[];
                }[];
              }[];
            };
          };
        };
      };
    };
    put?: never;
    /**
     * Submit a plan with some properties varied
     * @description One job per combination, at most 10,000, each with the label `sweep=<id>`. Every combination is checked before any job is accepted.
     */
    post: {
      parameters: {
        query?: never;
        header?: {
          /** @description The same key gives the same sweep for a day. */
          'idempotency-key'?: string;
        };
        path?: never;
        cookie?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            /**
             * @description How often lost work is started in all.
             * @default 3
             */
            attempts?: number;
            /**
             * @description `product`: all combinations, the first property changing fastest. `zip`: the first values of all, then the second ones.
             * @default product
             * @enum {unknown}
             */
            combine?: 'product' | 'zip';
            /** @description One data reference, or a table of named ones. */
            data:
              | string
              | {
                  [key: string]: string;
                };
            /**
             * @description What a worker computes with.
             * @enum {unknown}
             */
            engine?: 'tensorflow' | 'webgpu' | 'wasm';
            /** @description Free key-value pairs to find jobs by. */
            labels?: {
              [key: string]: string;
            };
            /** @description A bare name is set on every node that has it; a dotted path sets one property. */
            parameters?: {
              [key: string]: unknown;
            };
            /** @description A TOML string, a tree, `{name}` of a built-in plan, or `{session}` for the plan of a session. */
            plan:
              | string
              | {
                  /** @description A built-in plan, e.g. `radon/fbp`. */
                  name: string;
                }
              | {
                  /** @description ULID of a job. */
                  session: string;
                }
              | ({
                  _type: string;
                } & {
                  [key: string]: unknown;
                });
            /** @description Name of a pool of workers. */
            pool?: string;
            /**
             * @description Lower runs earlier.
             * @default 100
             */
            priority?: number;
            /** @description Fan the steps that allow it out in blocks along an axis, `slice` or `frame`; `slice:8` makes blocks of 8. */
            split?: string;
            /** @description Computing time allowed to one attempt. */
            timeoutSeconds?: number;
            vary: {
              /** @description A path into the plan, or a bare name, which is set on every node that has it. */
              path: string;
              /** @description Plain JSON, as in parameters. */
              values: unknown[];
            }[];
            /** @description Where work shall run: a pool, the id of a worker, or a label of workers such as `gpu=a100`. */
            worker?: string;
          };
        };
      };
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /**
               * @description `product`: all combinations, the first property changing fastest. `zip`: the first values of all, then the second ones.
               * @enum {unknown}
               */
              combine: 'product' | 'zip';
              /** Format: date-time */
              createdAt: string;
              /** @description One data reference, or a table of named ones. */
              data:
                | string
                | {
                    [key: string]: string;
                  };
              /** @description Jobs that have ended, whichever way. */
              ended: number;
              /** @description ULID of a sweep. */
              id: string;
              /** @description One per combination, in their order. */
              jobs: string[];
              links: {
                [key: string]: string;
              };
              plan: {
                name?: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              progress: {
                fraction: number;
              };
              /** @description Jobs in each state. */
              states: {
                active: number;
                cancelled: number;
                completed: number;
                failed: number;
                queued: number;
                waiting: number;
              };
              /** @description Number of combinations. */
              total: number;
              vary: {
                /** @description A path into the plan, or a bare name, which is set on every node that has it. */
                path: string;
                /** @description Plain JSON, as in parameters. */
                values: unknown[];
              }[];
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sweeps/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** One sweep with all its combinations */
    get: {
      parameters: {
        query?: {
          /** @description false: only the counts. */
          items?: boolean;
        };
        header?: never;
        path: {
          /** @description ULID of a sweep. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /**
               * @description `product`: all combinations, the first property changing fastest. `zip`: the first values of all, then the second ones.
               * @enum {unknown}
               */
              combine: 'product' | 'zip';
              /** Format: date-time */
              createdAt: string;
              /** @description One data reference, or a table of named ones. */
              data:
                | string
                | {
                    [key: string]: string;
                  };
              /** @description Jobs that have ended, whichever way. */
              ended: number;
              /** @description ULID of a sweep. */
              id: string;
              items?: {
                /** @description What this combination sets: names as in `vary`, in that order. */
                assignments: {
                  [key: string]: unknown;
                };
                error?: {
                  /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                  at?: string;
                  /** @enum {unknown} */
                  code:
                    | 'PLAN_SYNTAX'
                    | 'PLAN_UNKNOWN_TYPE'
                    | 'PLAN_MISSING_PROPERTY'
                    | 'PLAN_INVALID_VALUE'
                    | 'PLAN_UNKNOWN_PROPERTY'
                    | 'DATA_NOT_FOUND'
                    | 'DATA_FORMAT'
                    | 'DATA_SHAPE_MISMATCH'
                    | 'DATA_FORBIDDEN'
                    | 'POOL_UNKNOWN'
                    | 'WORKER_UNAVAILABLE'
                    | 'ENGINE_UNAVAILABLE'
                    | 'OUT_OF_MEMORY'
                    | 'STEP_FAILED'
                    | 'TIMEOUT'
                    | 'CANCELLED'
                    | 'WORKER_LOST'
                    | 'QUOTA_EXCEEDED'
                    | 'UNAUTHENTICATED'
                    | 'FORBIDDEN'
                    | 'NOT_FOUND'
                    | 'CONFLICT'
                    | 'INVALID_REQUEST'
                    | 'SERVICE_UNAVAILABLE'
                    | 'INTERNAL';
                  details?: {
                    [key: string]: unknown;
                  };
                  /** @description Names the thing, the cause and what to do next. */
                  message: string;
                  /** @description All that was found wrong at once, the first being this failure. */
                  problems?: {
                    /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
                    at?: string;
                    /** @enum {unknown} */
                    code:
                      | 'PLAN_SYNTAX'
                      | 'PLAN_UNKNOWN_TYPE'
                      | 'PLAN_MISSING_PROPERTY'
                      | 'PLAN_INVALID_VALUE'
                      | 'PLAN_UNKNOWN_PROPERTY'
                      | 'DATA_NOT_FOUND'
                      | 'DATA_FORMAT'
                      | 'DATA_SHAPE_MISMATCH'
                      | 'DATA_FORBIDDEN'
                      | 'POOL_UNKNOWN'
                      | 'WORKER_UNAVAILABLE'
                      | 'ENGINE_UNAVAILABLE'
                      | 'OUT_OF_MEMORY'
                      | 'STEP_FAILED'
                      | 'TIMEOUT'
                      | 'CANCELLED'
                      | 'WORKER_LOST'
                      | 'QUOTA_EXCEEDED'
                      | 'UNAUTHENTICATED'
                      | 'FORBIDDEN'
                      | 'NOT_FOUND'
                      | 'CONFLICT'
                      | 'INVALID_REQUEST'
                      | 'SERVICE_UNAVAILABLE'
                      | 'INTERNAL';
                    details?: {
                      [key: string]: unknown;
                    };
                    /** @description Names the thing, the cause and what to do next. */
                    message: string;
                    /** @description Whether the same work may succeed when it runs again. */
                    retryable: boolean;
                  }[];
                  /** @description Whether the same work may succeed when it runs again. */
                  retryable: boolean;
                };
                /** @description How much of the job is done; 1 when it has ended. */
                fraction: number;
                index: number;
                /** @description ULID of a job. */
                job: string;
                /** @description `job`; `result`, `png` and `preview` when there are. */
                links: {
                  [key: string]: string;
                };
                result?: {
                  /** @description Data reference of the array. */
                  artifact: string;
                  axes: string[];
                  dtype: string;
                  links?: {
                    [key: string]: string;
                  };
                  max: number;
                  mean: number;
                  min: number;
                  /** @description Data reference of a PNG of the middle slice. */
                  preview?: string;
                  /** @description Wall time in the executor: reading, all steps, writing. */
                  seconds: number;
                  shape: number[];
                  spacing: number[];
                };
                /** @enum {unknown} */
                state: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
              }[];
              links: {
                [key: string]: string;
              };
              plan: {
                name?: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              progress: {
                fraction: number;
              };
              /** @description Jobs in each state. */
              states: {
                active: number;
                cancelled: number;
                completed: number;
                failed: number;
                queued: number;
                waiting: number;
              };
              /** @description Number of combinations. */
              total: number;
              vary: {
                /** @description A path into the plan, or a bare name, which is set on every node that has it. */
                path: string;
                /** @description Plain JSON, as in parameters. */
                values: unknown[];
              }[];
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    /**
     * Cancel a sweep
     * @description Cancels every job that has not ended; those that have stay as they are.
     */
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description ULID of a sweep. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /**
               * @description `product`: all combinations, the first property changing fastest. `zip`: the first values of all, then the second ones.
               * @enum {unknown}
               */
              combine: 'product' | 'zip';
              /** Format: date-time */
              createdAt: string;
              /** @description One data reference, or a table of named ones. */
              data:
                | string
                | {
                    [key: string]: string;
                  };
              /** @description Jobs that have ended, whichever way. */
              ended: number;
              /** @description ULID of a sweep. */
              id: string;
              links: {
                [key: string]: string;
              };
              plan: {
                name?: string;
              };
              /** @description Name of a pool of workers. */
              pool: string;
              progress: {
                fraction: number;
              };
              /** @description Jobs in each state. */
              states: {
                active: number;
                cancelled: number;
                completed: number;
                failed: number;
                queued: number;
                waiting: number;
              };
              /** @description Number of combinations. */
              total: number;
              vary: {
                /** @description A path into the plan, or a bare name, which is set on every node that has it. */
                path: string;
                /** @description Plain JSON, as in parameters. */
                values: unknown[];
              }[];
            };
          };
        };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/sweeps/{id}/sheet.png': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A contact sheet
     * @description The images of at most 100 combinations in one grey scale, with what was varied under each; those that have none are named by their state.
     */
    get: {
      parameters: {
        query?: {
          /** @description The first one unless given. */
          frame?: number;
          /** @description Combination to begin with. */
          from?: number;
          /** @description Without `window`: percentiles of all images together that become black and white; `0.5,99.5` unless given. */
          percentiles?: string;
          /** @description The middle one unless given. */
          slice?: number;
          /** @description Values shown black and white, `lo,hi`. */
          window?: string;
        };
        header?: never;
        path: {
          /** @description ULID of a sweep. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content?: never;
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workers': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** All workers, with device, load and last heartbeat */
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        200: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              workers: {
                /** @description Jobs it runs at the same time. */
                concurrency: number;
                /** @description What the engine computes on, as the driver names it. */
                device: string;
                /**
                 * @description What a worker computes with.
                 * @enum {unknown}
                 */
                engine: 'tensorflow' | 'webgpu' | 'wasm';
                /** Format: date-time */
                heartbeatAt: string;
                host: string;
                id: string;
                /** @description Free key-value pairs to find jobs by. */
                labels: {
                  [key: string]: string;
                };
                /** @description Memory of the device. */
                memoryBytes: number;
                packages: {
                  [key: string]: string;
                };
                pid: number;
                pools: string[];
                /** @description Names of the data roots it can read. */
                roots: string[];
                /** @description Jobs it runs now. */
                running: string[];
                /** Format: date-time */
                startedAt: string;
                /** @enum {unknown} */
                state: 'starting' | 'running' | 'draining' | 'lost';
                /** @description Threads that each job computes with. */
                threads: number;
              }[];
            };
          };
        };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/workers/{id}/drain': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask a worker to leave
     * @description As SIGTERM does: it takes nothing more, finishes what it runs within its grace period, hands back the rest and ends. Answers at once, with the worker as it was when it was asked.
     */
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          /** @description Id of a worker. */
          id: string;
        };
        cookie?: never;
      };
      requestBody?: never;
      responses: {
        /** @description Default Response */
        202: {
          headers: {
            [name: string]: unknown;
          };
          content: {
            'application/json': {
              /** @description Jobs it runs at the same time. */
              concurrency: number;
              /** @description What the engine computes on, as the driver names it. */
              device: string;
              /**
               * @description What a worker computes with.
               * @enum {unknown}
               */
              engine: 'tensorflow' | 'webgpu' | 'wasm';
              /** Format: date-time */
              heartbeatAt: string;
              host: string;
              id: string;
              /** @description Free key-value pairs to find jobs by. */
              labels: {
                [key: string]: string;
              };
              /** @description Memory of the device. */
              memoryBytes: number;
              packages: {
                [key: string]: string;
              };
              pid: number;
              pools: string[];
              /** @description Names of the data roots it can read. */
              roots: string[];
              /** @description Jobs it runs now. */
              running: string[];
              /** Format: date-time */
              startedAt: string;
              /** @enum {unknown} */
              state: 'starting' | 'running' | 'draining' | 'lost';
              /** @description Threads that each job computes with. */
              threads: number;
            };
          };
        };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: never;
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
