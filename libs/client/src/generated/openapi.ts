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
    get: operations['getHealthz'];
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
    get: operations['getMetrics'];
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
    get: operations['getReadyz'];
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
    get: operations['listAlgorithms'];
    put?: never;
    /**
     * Keep an algorithm built on one worker
     * @description It keeps the plan as it is now; later changes of a session or a built-in plan do not reach it. Its worker begins to build it at once. If that fails, its state is `failed`.
     */
    post: operations['createAlgorithm'];
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
    get: operations['getAlgorithm'];
    put?: never;
    post?: never;
    /**
     * Close an algorithm
     * @description Inputs that have not ended are cancelled; results that were not taken stay with their jobs.
     */
    delete: operations['deleteAlgorithm'];
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
     * Keep others from putting and taking
     * @description While the lock is held, `put`, `take` and closing need its token in `rondel-lock`. Every use renews it, and its holder may ask for a different time. It runs out by itself.
     */
    post: operations['lockAlgorithm'];
    /** Give the lock back */
    delete: operations['deleteAlgorithmLock'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/algorithms/{id}/plan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What an algorithm was made of */
    get: operations['getAlgorithmPlan'];
    put?: never;
    post?: never;
    delete?: never;
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
    post: operations['putAlgorithm'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/algorithms/{id}/reconstruct': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Give it an input and wait for the result of exactly that input
     * @description The input has a place in the order like any other, but `take` does not give out its result. 202: it did not end in time; wait for the job.
     */
    post: operations['reconstructAlgorithm'];
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
     * @description Results come in the order of the inputs, failures in their place, each once. 204: nothing ended in time; ask again. With `Idempotency-Key`, a result whose answer got lost is given out again.
     */
    post: operations['takeAlgorithm'];
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
    get: operations['getCatalog'];
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
     * @description The body is the file itself. The same bytes are stored once.
     */
    put: operations['putData'];
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
     * Download an artifact; HEAD says whether it is there
     * @description Takes `Range` requests.
     */
    get: operations['getData'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/data/{sha256}/info': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What a raw data file holds
     * @description Format, shape, axes, what lies beside the main array, and the range of the values of one plane. A file without data is `DATA_FORMAT`, as it would be for a job.
     */
    get: operations['getDataInfo'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/data/{sha256}/picture': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A small picture of one plane of a raw data file
     * @description An 8-bit PNG of at most 256 x 256 pixels: the last two axes, at the middle of the axis before them and the first entry of all others; grey between the percentiles 1 and 99.
     */
    get: operations['getDataPicture'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/data/info': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What a raw data file in a data root holds
     * @description As for an uploaded file; a worker with the root looks at it. If there is none: `WORKER_UNAVAILABLE`.
     */
    get: operations['getRootDataInfo'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/data/picture': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * A small picture of one plane of a raw data file in a data root
     * @description As for an uploaded file.
     */
    get: operations['getRootDataPicture'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/identity': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who asks, for which project, and what they may do */
    get: operations['getIdentity'];
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
    /**
     * Jobs, newest first
     * @description Where there is a `cursor` there may be more, also when the page holds fewer than `limit`.
     */
    get: operations['listJobs'];
    put?: never;
    /** Submit a reconstruction */
    post: operations['createJob'];
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
    get: operations['getJob'];
    put?: never;
    post?: never;
    /**
     * Cancel a job, or erase it
     * @description A running step stops within a second. A job that has ended stays as it is. With `erase` the job is removed for good, with its record, its traces, and those of its images and uploads that nothing else names; the answer is 200 and says what went and what stays. It may be repeated. Whoever asks for the job later gets 410.
     */
    delete: operations['deleteJob'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/erasure': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What would go with a job that is erased now, and what would stay
     * @description Changes nothing. The job, its record and its traces go in any case. 409 while the same is asked for another job.
     */
    get: operations['getJobErasure'];
    put?: never;
    post?: never;
    delete?: never;
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
     * @description Events `state`, `progress`, `preview` (its `links.image` leads to the newest picture), `warning`, `log` and, as the last one, `result`. Resumes after `Last-Event-ID`; without it, begins with the first event.
     */
    get: operations['getJobEvents'];
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
    get: operations['getJobPlan'];
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
     * @description An 8-bit PNG of one slice, of at most 256 x 256 pixels: while a job iterates and after it, its newest preview; once it has completed, that of the result. 404 when there is none.
     */
    get: operations['getJobPreview'];
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
    get: operations['getJobProvenance'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/residuals': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How the residual of an iterative job falls, or fell */
    get: operations['getJobResiduals'];
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
     * The image, in the format you ask for
     * @description `npy` takes `Range` requests unless a part of complex numbers is asked for. Without `format` the `Accept` header decides, then `npy`. Complex images are complex in `npy`, `h5` and `nii.gz`; `tif`, `dcm` and `png` hold the magnitude unless `part` says otherwise. The header `rondel-part` says which part of a complex image a file holds.
     */
    get: operations['getJobResult'];
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
    /**
     * Run an ended job again
     * @description One that has failed or was cancelled goes on under its id. The result of a completed one stays as it is: the answer is a new job, which names the old one as `rerunOf`.
     */
    post: operations['retryJob'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/subjobs/{subjob}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Stop one sub-job
     * @description It stops within a second, and the job ends as cancelled with an error that names the sub-job, unless `again` is true. A job that has ended stays as it is.
     */
    delete: operations['deleteJobSubjob'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/{id}/submission': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * What to post to submit the job again, as it is or changed
     * @description The plan by its name with the parameters that were set, or as TOML with them applied. Without the submitter.
     */
    get: operations['getJobSubmission'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/cancel': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel many jobs
     * @description At most 500 of a filter's jobs in one request. Jobs that have ended stay as they are.
     */
    post: operations['cancelJobs'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/counts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How many jobs are in each state */
    get: operations['countJobs'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/erase': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Erase many jobs
     * @description Each as `DELETE /v1/jobs/{id}?erase=true` does; what only these jobs name goes with them. At most 500 of a filter's jobs in one request, whatever their state. Those that run are cancelled first. Jobs that Redis does not list any more are named by their ids.
     */
    post: operations['eraseJobs'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/jobs/retry': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Run many jobs again
     * @description At most 500 of a filter's jobs in one request; without `state` those that have failed or were cancelled. A completed job stays as it is, and a new one names it.
     */
    post: operations['retryJobs'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/login': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** How a browser may log in, and who it has logged in as */
    get: operations['getLogin'];
    put?: never;
    /**
     * Log a browser in
     * @description The answer sets a cookie that no script can read. It ends after twelve hours (30 days for the account of the server itself), or with its token.
     */
    post: operations['createLogin'];
    /** Log a browser out */
    delete: operations['deleteLogin'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/login/link': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * A link that logs a browser in as whoever asks for it, once
     * @description Good for a day, and for one browser.
     */
    post: operations['linkLogin'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/login/oidc': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Send a browser to the identity provider
     * @description It has ten minutes to come back logged in.
     */
    get: operations['getLoginOidc'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/login/oidc/callback': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Where the identity provider sends the browser back to
     * @description Sets the cookie of the log-in, which lasts twelve hours, or less where the provider says so.
     */
    get: operations['getLoginOidcCallback'];
    put?: never;
    post?: never;
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
    /**
     * Sessions, newest first
     * @description Those that have not expired. Listing them does not keep them.
     */
    get: operations['listPlans'];
    put?: never;
    /**
     * Make a plan live
     * @description The plan may be incomplete; `parameters` are set first, and what follows them through links with them. A session that nobody uses for a day expires. A copy of a session begins as that one is now.
     */
    post: operations['createPlan'];
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
    get: operations['getPlan'];
    put?: never;
    post?: never;
    /**
     * End a session
     * @description Jobs that were submitted from it keep the plan as it was then.
     */
    delete: operations['deletePlan'];
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
    /** Whether the plan can be built; if not, everything that is missing or wrong */
    post: operations['buildPlan'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/plans/{id}/cache': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Empty the result caches of a session, or of one node
     * @description As `empty!` does in Julia: shared results of its steps (`ProcessResultCache`) are forgotten, whatever their input, and computed again when they are needed. Those of other steps and other parameters stay. Results belong to no plan, so a plan of the same project with the same steps up to there misses them too. What is being computed goes on.
     */
    delete: operations['deletePlanCache'];
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
    post: operations['clearPlan'];
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
     * @description First `open` with the version, then `change` for everything that is set: `{version, path, value}` or `{version, path, missing: true}`, with a transform `{version, path, transform, value}`, in which the value itself is never sent. `property` watches one property, or a node with all that is in it. Resumes after `Last-Event-ID`; after a long absence what happened in between is told as one, or, for the whole plan, as `restart`: read the tree again. `cleared`, the last event, when a node that has the property was cleared: as in Julia its observers are gone. `end` when the session is gone.
     */
    get: operations['getPlanEvents'];
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
    /** A new session that begins as this one is now */
    post: operations['forkPlan'];
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
    /** Let a property follow another one until somebody sets it */
    put: operations['putPlanLink'];
    post?: never;
    /** Let a property follow nothing any more */
    delete: operations['deletePlanLink'];
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
     * @description A `_remote` value is answered as the reference, also with a transform, unless `resolve` is true: then a worker with its data root reads what it stands for. You get up to 10,000 numbers and 64 KiB; beyond that, only what a transform makes of it.
     */
    get: operations['getPlanProperty'];
    /**
     * Set a property
     * @description The value is checked and converted. What follows the property through links is set too.
     */
    put: operations['putPlanProperty'];
    post?: never;
    /** Unset a property, or take an item out of a list */
    delete: operations['deletePlanProperty'];
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
    post: operations['setAllPlan'];
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
    get: operations['getPlanToml'];
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
    get: operations['getPlanTree'];
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
    get: operations['listPools'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/pools/{pool}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Forget a pool that was declared, or whose workers are gone
     * @description Refused while it has workers or work. A pool that an API declares when it starts comes back with that API.
     */
    delete: operations['deletePool'];
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
     * @description `slots` is the number to scale by: divided by the concurrency of a worker, it is how many workers the pool can use; 0 when there is nothing to do, also for a pool that nobody knows yet. Say in the query what a worker would have that you can start: work for its labels then counts although no such worker was ever there.
     */
    get: operations['getPoolDemand'];
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
     * @description Running jobs go on, waiting jobs keep their place, new ones are accepted and wait.
     */
    post: operations['pausePool'];
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
    post: operations['resumePool'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quota': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * The quotas of a project and of whoever asks, and how much of them is used
     * @description Without a limit there is none. What the store holds is measured every hour and counted in between. Who has no name, as where nobody logs in, names the submitter.
     */
    get: operations['getQuota'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/quotas/{project}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What a project may have at most */
    get: operations['getProjectQuotas'];
    /**
     * Say what a project may have at most
     * @description The body takes the place of all that was said of the project before. What there is already stays, also where it is more. Jobs that wait as their project ran too many begin when they may.
     */
    put: operations['putProjectQuotas'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/results/empty': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Empty the result caches of a plan, or of one node
     * @description As `empty!` does in Julia: shared results of its steps (`ProcessResultCache`) are forgotten, whatever their input, and computed again when they are needed. Those of other steps and other parameters stay. Results belong to no plan, so a plan of the same project with the same steps up to there misses them too. What is being computed goes on.
     */
    post: operations['emptyResults'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/store': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What lies in the artifact store, by kind and age, and how long it stays */
    get: operations['getStore'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/store/check': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Read what lies in the store and compare it with its hashes, some of it with each call
     * @description Artifacts first, then shared results, checkpoints and parts of jobs. A call reads for a few seconds, or one file where that is large. Ask again with `next` as `after` until there is no `next`.
     */
    post: operations['checkStore'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/store/clean': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Remove now what is too old; it happens by itself every hour
     * @description Never removed: what jobs that have not ended, untaken inputs of warm algorithms and live plans refer to, and what was uploaded, named or written within the last day.
     */
    post: operations['cleanStore'];
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
     * @description Those with a job that is still going, or ended less than a week ago.
     */
    get: operations['listSweeps'];
    put?: never;
    /**
     * Submit a plan with some properties varied
     * @description One job per combination, at most 10,000, each with the label `sweep=<id>`. Every combination is checked before any job is accepted.
     */
    post: operations['createSweep'];
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
    get: operations['getSweep'];
    put?: never;
    post?: never;
    /**
     * Cancel a sweep
     * @description Cancels every job that has not ended; the others stay as they are.
     */
    delete: operations['deleteSweep'];
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
     * @description The images of at most 100 combinations in one grey scale, with what was varied under each; combinations without an image show their state.
     */
    get: operations['getSweepSheetPng'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * All tokens, oldest first, without their secrets
     * @description Expired ones are listed for a month.
     */
    get: operations['listTokens'];
    put?: never;
    /**
     * Make a token
     * @description The answer has its secret, which is kept nowhere else: what is lost is revoked and made anew.
     */
    post: operations['createToken'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/tokens/{id}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke a token
     * @description Within a second it opens nothing any more, at whichever API.
     */
    delete: operations['deleteToken'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/uploads': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Begin an upload that may arrive in several requests
     * @description Without a body. Send the bytes with `PATCH` to the `Location` of the answer; after a broken connection, ask with `HEAD` how many have arrived and continue there. Follows draft-ietf-httpbis-resumable-upload. An upload that gets no byte for a day is dropped.
     */
    post: operations['createUpload'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/v1/uploads/{upload}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Give an upload up */
    delete: operations['deleteUpload'];
    options?: never;
    /**
     * How many bytes of an upload have arrived
     * @description In the header `Upload-Offset`; `Upload-Complete` is `?1` when it is finished.
     */
    head: operations['lookUpload'];
    /**
     * Add bytes to an upload, or complete it
     * @description The body is the next bytes, of any number. With `Upload-Complete: ?1` the answer is that of `PUT /v1/data`; sent once more, because that did not arrive, it gets the same answer. 409 when the upload is not at `Upload-Offset`; the header of the answer says where it is.
     */
    patch: operations['patchUpload'];
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
    get: operations['listWorkers'];
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
     * @description As SIGTERM does: it takes nothing more, finishes what it runs within its grace period, hands back the rest and ends. Answers at once, with the worker as it was before.
     */
    post: operations['drainWorker'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    AcceptedSweep: {
      /**
       * @description `product`: all combinations, the first property changing fastest. `zip`: values side by side, the first ones of all, then the second ones.
       * @enum {unknown}
       */
      combine: 'product' | 'zip';
      /** Format: date-time */
      createdAt: string;
      data: components['schemas']['Data'];
      /** @description What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient. */
      dataNames?: {
        [key: string]: string;
      };
      /** @description Jobs that have ended, whichever way. */
      ended: number;
      /** @description Jobs that were erased, which `states` does not count. */
      erased: number;
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
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      states: components['schemas']['StateCounts'];
      /** @description As in a job. */
      title?: string;
      /** @description Number of combinations. */
      total: number;
      vary: components['schemas']['VaryProperty'][];
      /** @description Jobs that carry warnings. */
      warned: number;
    };
    Algorithm: {
      /** Format: date-time */
      createdAt: string;
      error?: components['schemas']['Failure'];
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
      plan: components['schemas']['PlanIdentity'];
      /** @description Name of a pool of workers. */
      pool: string;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      /** @description Inputs put so far; the number of the last ticket. */
      put: number;
      /** @description Results that can be taken now without waiting. */
      ready: number;
      state: components['schemas']['AlgorithmState'];
      /** @description The first warning becomes the failure `STRICT_WARNING`, also one that comes with the data or with a shared result. */
      strict?: boolean;
      /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
      submitter?: string;
      /** @description The worker that it is bound to. */
      worker: string;
    };
    AlgorithmInput: {
      data: components['schemas']['Data'];
      /** @description What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient. */
      dataNames?: {
        [key: string]: string;
      };
    };
    AlgorithmPlan: {
      /** @description As they were given. */
      parameters: {
        [key: string]: unknown;
      };
      /** @description Its complete plan as TOML, defaults filled in. */
      plan: string;
      /** @description The same as tables. */
      tree: {
        [key: string]: unknown;
      };
    };
    /**
     * @description `building`: its worker builds it; inputs wait until it has. `ready`: the worker has built it. `failed`: it could not be built, `error` says why, and takes no inputs. `lost`: its worker is gone and no other can take its place now. `closed`: takes nothing more.
     * @enum {unknown}
     */
    AlgorithmState: 'building' | 'ready' | 'failed' | 'lost' | 'closed';
    AlgorithmSubmission: {
      /**
       * @description Attempts in all, where work is lost.
       * @default 3
       */
      attempts?: number;
      /**
       * @description It is closed after this long without a `put` or `take` while nothing is running.
       * @default 3600
       */
      idleSeconds?: number;
      /** @description Free key-value pairs to find jobs by. */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description Of its inputs, as in a submission.
       * @default interactive
       * @enum {unknown}
       */
      lane?: 'interactive' | 'normal' | 'batch';
      /** @description A bare name is set on every node that has it; a dotted path sets one property. */
      parameters?: {
        [key: string]: unknown;
      };
      plan: components['schemas']['PlanSource'];
      /** @description Name of a pool of workers. */
      pool?: string;
      /**
       * @description Within the lane, lower runs earlier: half the number gets twice the turns.
       * @default 100
       */
      priority?: number;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      /** @description The first warning becomes the failure `STRICT_WARNING`, also one that comes with the data or with a shared result. */
      strict?: boolean;
      /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
      submitter?: string;
      /** @description Computing time allowed to one attempt. */
      timeoutSeconds?: number;
    };
    Api: {
      /** @description Commit that it was built from; `unknown` where nothing tells it. */
      commit: string;
      /** Format: date-time */
      heartbeatAt: string;
      host: string;
      id: string;
      pid: number;
      /** Format: date-time */
      startedAt: string;
      /** @description Identity of its artifact store; absent: it has not the right one. */
      store?: string;
      /** @description What it listens on. */
      url: string;
      version: string;
    };
    /** @description What else the submission asked for; fields that it left out are absent. */
    Asked: {
      attempts?: number;
      engine?: components['schemas']['EngineName'];
      /** @description A slice or frame of the image, from 0, that will be asked for: if plan and data show that there will be none, the submission is refused. */
      output?: {
        frame?: number;
        slice?: number;
      };
      /** @description Split the steps that allow it into blocks along an axis, `slice` or `frame`; `slice:8` makes blocks of 8. If left out, a job is split when one worker has not enough memory, or when a large job meets idle workers. `none` keeps it in one piece. */
      split?: string;
      timeoutSeconds?: number;
      /** @description Where work shall run: a pool, the id of a worker, or a label of workers such as `gpu=a100`. */
      worker?: string;
    };
    Build:
      | {
          /** @enum {boolean} */
          ready: true;
          /** @description Hash of the complete plan, as jobs have it. */
          sha256: string;
          version: number;
        }
      | {
          /** @description All that is missing or wrong. */
          problems: components['schemas']['PlanProblem'][];
          /** @enum {boolean} */
          ready: false;
          version: number;
        };
    CachedResult: {
      /** @description Job that computed it. */
      job: string;
      /** @description SHA-256 that names the result in the cache. */
      key: string;
      /** @description Path of the step in the plan. */
      path: string;
      /** @description Worker that computed it. */
      worker: string;
    };
    Catalog: {
      /** @description Functions that links between properties may name, those of packages also with their modules. */
      linkFunctions?: string[];
      nodes: components['schemas']['CatalogNode'][];
      packages: components['schemas']['CatalogPackage'][];
      plans: components['schemas']['CatalogPlan'][];
      /** @description What the worker that runs a step can put in place of a `_remote` table. */
      remoteResolvers?: components['schemas']['CatalogRemoteResolver'][];
      /** @description Functions that links may name, but that nobody can call before the worker has the data: the property that follows stays open. */
      workerLinkFunctions?: string[];
    };
    CatalogNode: {
      /** @description Further values of `_type` that mean the same. */
      alsoKnownAs?: string[];
      /** @description Axes of `parallel` for which that holds only where parameters or the data are such. */
      conditional?: string[];
      description: string;
      /** @description Axes of `parallel` along which a block needs neighbours on either side: how many, or `parameters` where the step's parameters decide. */
      halo?: {
        [key: string]: number | 'parameters';
      };
      /** @description Axes a step takes, slowest first. */
      input?: string[];
      /** @description The Julia module that has the type, where it is not the one of the plan. */
      juliaModule?: string;
      kind: components['schemas']['NodeKind'];
      /** @description Value of `_module` in plan files. */
      module: string;
      /** @description Axes a step returns, slowest first. */
      output?: string[];
      /** @description The npm package that provides it. */
      package: string;
      /** @description Axes along which blocks can be computed independently. */
      parallel?: string[];
      properties: components['schemas']['CatalogProperty'][];
      /** @enum {unknown} */
      purity?: 'pure' | 'stateful';
      /** @description Value of `_type`, without `RecoPlan{}`. */
      type: string;
    };
    CatalogPackage: {
      /** @description Other module names under which plan files may know it. */
      aliases: string[];
      description: string;
      module: string;
      name: string;
      version: string;
    };
    CatalogPlan: {
      description: string;
      /** @description e.g. `radon/fbp` */
      name: string;
      toml: string;
    };
    CatalogProperty: {
      /** @description Node types that the property may hold; `*` for any. */
      accepts?: string[];
      /** @description Used when the plan says nothing. */
      default?: unknown;
      description: string;
      /** @description With `typeReference`: the Julia module that has the types. */
      juliaModule?: string;
      /** @description Name of the property in the files of Julia, where it differs. */
      juliaName?: string;
      /** @description With `accepts`: holds a list of nodes. */
      list?: boolean;
      /** @description Read where the plan is compiled, so that no `_remote` table can stand here. */
      local?: boolean;
      name: string;
      /** @description The property exists only while the other one has one of the values. */
      onlyFor?: {
        /** @description Name of another property of the node. */
        property: string;
        /** @description Strings, names of types, or types of nodes. */
        values: string[];
      };
      /** @description False when the plan must give a value. */
      optional: boolean;
      /** @description JSON Schema of a plain value. */
      schema?: unknown;
      /** @description With `accepts`: holds the name of one of these types, not a node. */
      typeReference?: boolean;
      unit?: string;
    };
    CatalogRemoteResolver: {
      description: string;
      /** @description Value of `_remote`. */
      name: string;
      /** @description The npm package that provides it. */
      package: string;
      /** @description JSON Schema of the other fields. `format: data-reference` marks what the worker reads from. */
      schema: unknown;
    };
    Clear: {
      /**
       * @description Keep the nodes and clear them too; false removes them.
       * @default true
       */
      keepStructure?: boolean;
      /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
      path?: string;
    };
    CreatedToken: {
      /** Format: date-time */
      createdAt: string;
      /** @description Name of who has made it. */
      createdBy?: string;
      /** Format: date-time */
      expiresAt?: string;
      /** @description ULID of a token. */
      id: string;
      /**
       * Format: date-time
       * @description To the minute.
       */
      lastUsedAt?: string;
      /** @description What people call it, and the submitter of what is submitted with it. */
      name: string;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project: string;
      role: components['schemas']['Role'];
      /** @description What to send as `Authorization: Bearer`. It is told here and never again. */
      secret: string;
    };
    Damage: {
      /** @description Data reference. */
      artifact: string;
      bytes: number;
      /** @description SHA-256 of the bytes that lie there; absent when the disk cannot read them. */
      found?: string;
      /** @description Ended jobs whose image or preview it is: run one of them again. */
      made: {
        count: number;
        /** @description Ids, the newest first, at most 20 of them. */
        jobs: string[];
      };
      /** @description Work that has not ended names it: a job, a warm algorithm or a live plan. */
      needed: boolean;
      /** @description It was moved away, so the same bytes can be stored anew. */
      repaired: boolean;
      /** @description Ended jobs that have read it, perhaps when it was damaged already. */
      used: {
        count: number;
        /** @description Ids, the newest first, at most 20 of them. */
        jobs: string[];
      };
    };
    /** @description One data reference, or a table of named ones. */
    Data:
      | string
      | {
          [key: string]: string;
        };
    DataInfo: {
      /** @description Absent where the file does not name them. */
      axes?: string[];
      /** @description Of the file. */
      bytes: number;
      /** @description Arrays that come with it, such as `dark`, `white` and `angles`. */
      companions: {
        [key: string]: {
          /** @description Absent where the file does not name them. */
          axes?: string[];
          dtype: string;
          /** @description Slowest axis first. */
          shape: number[];
        };
      };
      dtype: string;
      /** @description `npy`, `npz`, `zip`, `hdf5` or `tiff`. */
      format: string;
      links?: {
        picture: string;
      };
      mdf?: components['schemas']['MdfFacts'];
      /** @description The plane of the picture: its finite values, magnitudes of complex ones. */
      plane?: {
        /** @description Entry of the last axis but two, counted from 0. */
        at?: number;
        /** @description False when any value is NaN or infinite; those are not in the range. */
        finite: boolean;
        max?: number;
        min?: number;
      };
      /** @description Slowest axis first. */
      shape: number[];
      /** @description As a job would carry that reads it. */
      warnings?: components['schemas']['Warning'][];
    };
    Demand: {
      /** @description Work that a worker has taken, that of workers that were lost included, and that which waits to be tried again. */
      active: number;
      needs?: components['schemas']['WorkerNeeds'];
      paused: boolean;
      /** @description Name of a pool of workers. */
      pool: string;
      /** @description Queued work. */
      runnable: number;
      /** @description Slots that are wanted now: `active`, and unless the pool is paused `runnable`. 0 when there is nothing to do. */
      slots: number;
      /** @description The part of `runnable` and `active` that not every worker of the pool can run. Work for a label counts in every pool that has a worker with it, or had one within the last 30 days, and where the question says that one could be started. */
      special?: {
        active: number;
        requires: components['schemas']['Requirements'];
        runnable: number;
        /** @description Those of `workers` that have all of it. */
        workers: number;
      }[];
      /** @description Workers that take work of the pool now. */
      workers: number;
    };
    DeviceLogin: {
      /** @description As which client the command line asks it. */
      client: string;
      /** @description Address of the identity provider. */
      issuer: string;
      /** @description For which API it asks (RFC 8707). */
      resource?: string;
      /** @description What it asks for. */
      scope: string;
      /**
       * @description Which of the tokens it gets it sends here.
       * @enum {unknown}
       */
      sends: 'id' | 'access';
    };
    EmptiedResults: {
      /** @description Results that are forgotten; their files go within the hour. */
      emptied: number;
      /** @description Paths of the steps in a `ProcessResultCache` that were meant. */
      steps: string[];
    };
    EmptyResults: {
      /** @description A bare name is set on every node that has it; a path sets one property. All or nothing. */
      parameters?: {
        [key: string]: unknown;
      };
      /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
      path?: string;
      plan:
        | components['schemas']['PlanSource']
        | {
            /** @description ULID of a job. */
            job: string;
          };
    };
    /**
     * @description What a worker computes with.
     * @enum {unknown}
     */
    EngineName: 'tensorflow' | 'webgpu' | 'wasm';
    ErasedSelection: {
      /** @description The filter may find more: ask again with this cursor. */
      cursor?: string;
      /** @description Jobs for which it was done. */
      done: number;
      /** @description What the jobs have named and what stays; each once. */
      kept: components['schemas']['Kept'][];
      /** @description Jobs for which it was not done; they have not changed. */
      refused: {
        code: components['schemas']['FailureCode'];
        /** @description ULID of a job. */
        id: string;
        reason: string;
      }[];
    };
    Erasure: {
      /** @description What was removed by this call: artifacts and shared results by name, everything else in words. Empty when all of it was gone before. */
      erased: string[];
      /** Format: date-time */
      erasedAt: string;
      /** @description ULID of a job. */
      id: string;
      /** @description What the job has named and what stays. */
      kept: components['schemas']['Kept'][];
    };
    ErasureOutlook: {
      /** @description Uploads and images, `artifact:sha256-<hex>`, that would go, as nothing else names them. */
      artifacts: string[];
      /** @description ULID of a job. */
      id: string;
      /** @description What the job has named and what stays. */
      kept: components['schemas']['Kept'][];
    };
    Failure: {
      /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
      at?: string;
      code: components['schemas']['FailureCode'];
      details?: {
        [key: string]: unknown;
      };
      /** @description Names the thing, the cause and what to do next. */
      message: string;
      /** @description All that was found wrong at once, the first being this failure. */
      problems?: components['schemas']['Problem'][];
      /** @description Whether the same work may succeed when it runs again. */
      retryable: boolean;
    };
    /** @enum {unknown} */
    FailureCode:
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
      | 'STRICT_WARNING'
      | 'WARRANT_REFUSED'
      | 'STEP_FAILED'
      | 'TIMEOUT'
      | 'CANCELLED'
      | 'WORKER_LOST'
      | 'QUOTA_EXCEEDED'
      | 'UNAUTHENTICATED'
      | 'FORBIDDEN'
      | 'NOT_FOUND'
      | 'IDEMPOTENCY_MISMATCH'
      | 'CONFLICT'
      | 'INVALID_REQUEST'
      | 'SERVICE_UNAVAILABLE'
      | 'INTERNAL';
    FileSum: {
      bytes: number;
      files: number;
    };
    Fleet: {
      apis: components['schemas']['Api'][];
      /** @description A sentence about which build each runs, if not all run the same. Absent: all do. */
      mixed?: string;
      workers: components['schemas']['Worker'][];
    };
    HeldThing: {
      /** @description Memory that it takes. */
      bytes: number;
      /** @description Job that had made it. */
      job?: string;
      /** @description Path in the plan of the node that it is made of. */
      path: string;
      reason: string;
      /** @description What making it took, then or now. */
      seconds: number;
      /**
       * @description `hit`: an earlier run in the same process had made it; `stored`: made and held; `miss`: made but not held; `off`: the wrapper passes through.
       * @enum {unknown}
       */
      state: 'hit' | 'stored' | 'miss' | 'off';
      type: string;
    };
    Identity: {
      /** @description Name of the account or the token: the submitter of what it submits. Absent where nobody logs in. */
      name?: string;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project: string;
      /** @description All projects of whoever an identity provider or a proxy knows. The first counts, unless the header `rondel-project` names another. */
      projects?: components['schemas']['Membership'][];
      role: components['schemas']['Role'];
      /** @description Id of the token. */
      token?: string;
      /**
       * @description How it is known: `none` asks nobody, `token` was sent with the request, `login` is a browser that has logged in, `oidc` a token of the identity provider, `proxy` the word of a trusted proxy.
       * @enum {unknown}
       */
      via: 'none' | 'token' | 'login' | 'oidc' | 'proxy';
    };
    Job: {
      attempts: {
        allowed: number;
        /** @description Attempts started so far. */
        made: number;
      };
      /** Format: date-time */
      createdAt: string;
      data: components['schemas']['Data'];
      /** @description What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient. */
      dataNames?: {
        [key: string]: string;
      };
      error?: components['schemas']['Failure'];
      /** Format: date-time */
      finishedAt?: string;
      /** @description ULID of a job. */
      id: string;
      /** @description Free key-value pairs to find jobs by. */
      labels: {
        [key: string]: string;
      };
      lane?: components['schemas']['Lane'];
      plan: components['schemas']['PlanIdentity'];
      /** @description Name of a pool of workers. */
      pool: string;
      preview?: components['schemas']['Preview'];
      priority: number;
      progress?: components['schemas']['Progress'];
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      /** @description The job that this one runs again; its result stays as it is. */
      rerunOf?: string;
      result?: components['schemas']['Result'];
      /** @description What the submission set, in one line; absent when nothing. */
      set?: string;
      /** Format: date-time */
      startedAt?: string;
      state: components['schemas']['JobState'];
      steps: components['schemas']['StepRecord'][];
      /** @description The first warning becomes the failure `STRICT_WARNING`, also one that comes with the data or with a shared result. */
      strict?: boolean;
      /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
      submitter?: string;
      /** @description As it was given, else made of the names of plan and data. Older jobs have none. */
      title?: string;
      waiting?: {
        /**
         * Format: date-time
         * @description An estimate, by the mean time that the last jobs of the pool took, by what runs, and by what lately came that goes before it; absent where no job has ended yet, no worker can run it, all that can rest, or more comes before it than workers can do.
         */
        estimatedStart?: string;
        /** @description Jobs, or blocks of jobs, whose turn comes before this one where it waits. */
        position?: number;
        /** @description Also says what the job needs that no worker has which could take it. */
        reason: string;
      };
      /** @description Why the image may not be what its user takes it for. Absent when there is no such doubt. */
      warnings?: components['schemas']['Warning'][];
      /** @description Worker that runs or ran the last attempt. */
      worker?: string;
    };
    JobCounts: {
      /** @description true: there were too many to look at all; the newest ones were counted. */
      partial?: boolean;
      states: components['schemas']['StateCounts'];
      /** @description Jobs of all states together. */
      total: number;
    };
    JobFilter: {
      /** @description `key` or `key=value` */
      label?: string;
      /** @description Name of a pool of workers. */
      pool?: string;
      /** @description Of this project; of all that may be seen unless given. */
      project?: string;
      /** @description Words, each of which is in the title, the name of the plan, what was set or the submitter, or which the id begins with; upper and lower case are the same. */
      q?: string;
      /** @description Those that run this completed job again. */
      rerunOf?: string;
      /** @description In one of these states. */
      state?: components['schemas']['JobState'][];
      /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
      submitter?: string;
    };
    JobPage: {
      /** @description Pass it as `cursor` to get the next page. */
      cursor?: string;
      jobs: components['schemas']['Job'][];
    };
    JobPlan: {
      asked?: components['schemas']['Asked'];
      /** @description What the submission set. */
      parameters: {
        [key: string]: unknown;
      };
      /** @description The exact plan that runs, parameters applied, as TOML. */
      plan: string;
    };
    /** @description Jobs by id, or by the filters of a list. */
    JobSelection:
      | {
          ids: string[];
        }
      | {
          /** @description `cursor` of the answer before. */
          cursor?: string;
          filter: components['schemas']['JobFilter'];
        };
    /** @enum {unknown} */
    JobState: 'queued' | 'waiting' | 'active' | 'completed' | 'failed' | 'cancelled';
    Kept: {
      /** @description `artifact:sha256-<hex>`, `root://...` or `sweep:<id>`. */
      artifact: string;
      reason: string;
    };
    /** @enum {unknown} */
    Lane: 'interactive' | 'normal' | 'batch';
    Lease: {
      /** Format: date-time */
      expiresAt: string;
      /** @description Goes into the header `rondel-lock` of every call while the lock is held. */
      token: string;
    };
    LeaseRequest: {
      /**
       * @description Every use renews it.
       * @default 60
       */
      seconds?: number;
    };
    Link: {
      /**
       * @description A registered function.
       * @default identity
       */
      function?: string;
      /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
      source: string;
    };
    LoggedOut: {
      /** @description Page of the identity provider at which a person logs out there, too. */
      continueAt: string;
    };
    Login: {
      /**
       * Format: date-time
       * @description When the browser has to log in again.
       */
      expiresAt: string;
      identity: components['schemas']['Identity'];
    };
    LoginLink: {
      /** Format: date-time */
      expiresAt: string;
      /** @description To open in a browser, behind the address of the server. It logs in once. */
      path: string;
    };
    LoginRequest:
      | {
          /** @description The secret of a token. */
          token: string;
        }
      | {
          /** @description Out of a link to log in. */
          code: string;
        };
    LoginState: {
      device?: components['schemas']['DeviceLogin'];
      identity?: components['schemas']['Identity'];
      /** @description How a browser may log in here; none where nobody has to, or where a proxy sees to it. */
      ways: ('token' | 'oidc')[];
    };
    /** @description What a file in the Magnetic Particle Imaging Data Format says of its scan. */
    MdfFacts: {
      bandwidth: number;
      baseFrequency?: number;
      calibrationFov?: [number, number, number];
      calibrationFovCenter?: [number, number, number];
      calibrationMethod?: string;
      calibrationOrder?: string;
      calibrationSize?: [number, number, number];
      dfCycle: number;
      frequencies: number;
      isBackgroundCorrected: boolean;
      isFastFrameAxis: boolean;
      isFourierTransformed: boolean;
      isFramePermutation: boolean;
      isFrequencySelection: boolean;
      isMeanderingGrid?: boolean;
      isSpectralLeakageCorrected: boolean;
      isTransferFunctionCorrected: boolean;
      /** @enum {string} */
      layout: 'mdf';
      meanSnr?: number | null;
      numAverages: number;
      numBackgroundFrames: number;
      numChannels: number;
      numFrames: number;
      numPeriodsPerFrame: number;
      samples: number;
      unit?: string;
      version: string;
    };
    Membership: {
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project: string;
      role: components['schemas']['Role'];
    };
    NewSession: {
      /** @description A bare name is set on every node that has it; a path sets one property. All or nothing. */
      parameters?: {
        [key: string]: unknown;
      };
      plan:
        | components['schemas']['PlanSource']
        | {
            /** @description ULID of a job. */
            job: string;
          };
    };
    NewToken: {
      /**
       * Format: date-time
       * @description When it stops to open anything; never unless given.
       */
      expiresAt?: string;
      /** @description What people call it, and the submitter of what is submitted with it. */
      name: string;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      role: components['schemas']['Role'];
    };
    /**
     * @description `algorithm`: root of a runnable plan, one property `parameter`. `pipeline`: steps that run in order. `step`: arrays in, arrays out. `value`: configuration of a step, such as a regularization term. `wrapper`: stands where the node in its property `param` may stand, and says where or how that one runs.
     * @enum {unknown}
     */
    NodeKind: 'algorithm' | 'pipeline' | 'step' | 'value' | 'wrapper';
    PassingDamage: {
      bytes: number;
      /** @description Whose checkpoint or part it is. */
      job?: string;
      /**
       * @description As in `GET /v1/store`.
       * @enum {unknown}
       */
      kind: 'shared' | 'checkpoints' | 'parts';
      /** @description Path of the file below the folder of its kind. */
      name: string;
      /** @description It was deleted: a result or an iteration is computed again, a job without a part starts over by itself. */
      repaired: boolean;
    };
    PlanIdentity: {
      /** @description Of a built-in plan. */
      name?: string;
      /** @description Of the complete plan: the same for plans that say the same. */
      sha256: string;
    };
    PlanProblem: {
      code: components['schemas']['FailureCode'];
      detail: string;
      path?: string;
    };
    /** @description A TOML string, a tree, `{name}` of a built-in plan, or `{session}` for the plan of a session. */
    PlanSource:
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
    Pool: {
      /** @description Name of a pool of workers. */
      name: string;
      /** @description Its workers start nothing new until it is resumed. */
      paused: boolean;
      /** @description Jobs that these workers run, of this pool or another. */
      running: number;
      /** @description Jobs that these workers can run at once. */
      slots: number;
      /** @description Jobs that wait for a worker. */
      waiting: number;
      /** @description Workers that take its jobs now. */
      workers: number;
    };
    Preview: {
      /** @description `<stage>.<block>` where the job is split. */
      block?: string;
      /** @description Counted from 0, within the block where the job is split. */
      frame: number;
      iteration: number;
      iterations: number;
      links?: {
        /** @description The picture; the last one stays with the record of the job. */
        image: string;
      };
      /** @description As in `progress`. */
      residual?: number;
      /** @description Hash of the picture, an 8-bit grey PNG of at most 256 x 256 pixels. */
      sha256: string;
      /** @description Counted from 0, within the block where the job is split. */
      slice: number;
    };
    Problem: {
      /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
      at?: string;
      code: components['schemas']['FailureCode'];
      details?: {
        [key: string]: unknown;
      };
      /** @description Names the thing, the cause and what to do next. */
      message: string;
      /** @description Whether the same work may succeed when it runs again. */
      retryable: boolean;
    };
    ProblemDocument: {
      code: components['schemas']['FailureCode'];
      /** @description Names the thing, the cause and what to do next. */
      detail: string;
      details?: {
        [key: string]: unknown;
      };
      /** @description Path into the plan, e.g. `parameter.reco.iterations`. */
      path?: string;
      /** @description All that was found wrong at once, the first being this problem. */
      problems?: components['schemas']['PlanProblem'][];
      status: number;
      /** @description The same for all problems of a code. */
      title: string;
      /** @description `urn:rondel:problem:<code>` */
      type: string;
    };
    Progress: {
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
    ProjectQuotas: {
      /** @description Those of the whole installation, for what the project has none of its own. */
      defaults: {
        /** @description Most warm algorithms. */
        algorithms?: number;
        /** @description Most seconds that one attempt may take. */
        attemptSeconds?: number;
        /** @description Most bytes of one image. */
        outputBytes?: number;
        /** @description Most live plans. */
        plans?: number;
        /** @description Most jobs that run at once; further ones wait. */
        running?: number;
        /** @description Most seconds that steps compute in a day of UTC. */
        secondsPerDay?: number;
        /** @description Most bytes of what the project holds in the store. */
        storedBytes?: number;
        /** @description The same of each submitter in the project. */
        submitter?: {
          /** @description Most warm algorithms. */
          algorithms?: number;
          /** @description Most live plans. */
          plans?: number;
          /** @description Most jobs that run at once; further ones wait. */
          running?: number;
          /** @description Most seconds that steps compute in a day of UTC. */
          secondsPerDay?: number;
          /** @description Most bytes of all open uploads together. */
          uploadBytes?: number;
          /** @description Most open uploads. */
          uploads?: number;
          /** @description Most jobs that were accepted and do not run. */
          waiting?: number;
        };
        /** @description Most bytes of all open uploads together. */
        uploadBytes?: number;
        /** @description Most open uploads. */
        uploads?: number;
        /** @description Most jobs that were accepted and do not run. */
        waiting?: number;
      };
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project: string;
      /** @description Those of the project itself. */
      quotas: {
        /** @description Most warm algorithms. */
        algorithms?: number;
        /** @description Most seconds that one attempt may take. */
        attemptSeconds?: number;
        /** @description Most bytes of one image. */
        outputBytes?: number;
        /** @description Most live plans. */
        plans?: number;
        /** @description Most jobs that run at once; further ones wait. */
        running?: number;
        /** @description Most seconds that steps compute in a day of UTC. */
        secondsPerDay?: number;
        /** @description Most bytes of what the project holds in the store. */
        storedBytes?: number;
        /** @description The same of each submitter in the project. */
        submitter?: {
          /** @description Most warm algorithms. */
          algorithms?: number;
          /** @description Most live plans. */
          plans?: number;
          /** @description Most jobs that run at once; further ones wait. */
          running?: number;
          /** @description Most seconds that steps compute in a day of UTC. */
          secondsPerDay?: number;
          /** @description Most bytes of all open uploads together. */
          uploadBytes?: number;
          /** @description Most open uploads. */
          uploads?: number;
          /** @description Most jobs that were accepted and do not run. */
          waiting?: number;
        };
        /** @description Most bytes of all open uploads together. */
        uploadBytes?: number;
        /** @description Most open uploads. */
        uploads?: number;
        /** @description Most jobs that were accepted and do not run. */
        waiting?: number;
      };
    };
    Provenance: {
      /** @description What this job did not compute, because another had left it in the cache. */
      cached?: components['schemas']['CachedResult'][];
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
        /** @description Paths of the steps that had nothing for the engine to do and were computed on the processor, on a worker whose engine is another than `wasm`. */
        processor?: string[];
        version: string;
      };
      /** @description What the plan left open and the data told, as the rotation axis: path of the property to value. The plan with these values gives the same image, bit for bit. */
      found?: {
        [key: string]: unknown;
      };
      /** @description Where each sub-job ran, when there were several. */
      legs?: {
        cached?: components['schemas']['CachedResult'][];
        engine: {
          device: string;
          name: string;
          /** @description Paths of the steps that had nothing for the engine to do and were computed on the processor, on a worker whose engine is another than `wasm`. */
          processor?: string[];
          version: string;
        };
        /** @description `<stage>.<block>`, both counted from 0. */
        id: string;
        resumed?: components['schemas']['ResumedStep'][];
        steps: string[];
        /** @description As `warm` of the whole, for this part. */
        warm?: boolean;
        worker: string;
      }[];
      node: string;
      /** @description Name to version of reconstruction packages, and of the libraries below them: `@rondel/compute`, which has kernels and solvers, and `@rondel/formats`, which reads. Records of earlier versions are without the libraries. */
      packages: {
        [key: string]: string;
      };
      parameters: {
        [key: string]: unknown;
      };
      /** @description The exact plan that ran, parameters applied, as TOML. */
      plan: string;
      /** @description Of the plan as it was submitted, in which a file that is the result of another job is `job:ID`. */
      planSha256: string;
      /** @description What the `_remote` tables of the plan stood for. */
      remoteValues?: components['schemas']['ResolvedRemote'][];
      /** @description What was not computed again, because a lost attempt had got that far. */
      resumed?: components['schemas']['ResumedStep'][];
      /** @description Seconds per phase. `build` only where something was built. */
      timings: {
        [key: string]: number;
      };
      /** @description Whether the executor had the algorithm built already, from an earlier job. */
      warm?: boolean;
      /** @description Why the image may not be what its user takes it for. Absent when there is no such doubt. */
      warnings?: components['schemas']['Warning'][];
      /** @description Worker that published the image. */
      worker: string;
    };
    QuotaReport: {
      /**
       * Format: date
       * @description The day of UTC whose seconds are counted.
       */
      day: string;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project: string;
      /** @description First those of the project, then those of the submitter. */
      quotas: components['schemas']['QuotaUse'][];
      /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
      submitter?: string;
    };
    /** @description What a project may have at most. What is left out is that of the whole installation, if it has one. */
    Quotas: {
      /** @description Most warm algorithms. */
      algorithms?: number;
      /** @description Most seconds that one attempt may take. */
      attemptSeconds?: number;
      /** @description Most bytes of one image. */
      outputBytes?: number;
      /** @description Most live plans. */
      plans?: number;
      /** @description Most jobs that run at once; further ones wait. */
      running?: number;
      /** @description Most seconds that steps compute in a day of UTC. */
      secondsPerDay?: number;
      /** @description Most bytes of what the project holds in the store. */
      storedBytes?: number;
      /** @description The same of each submitter in the project. */
      submitter?: {
        /** @description Most warm algorithms. */
        algorithms?: number;
        /** @description Most live plans. */
        plans?: number;
        /** @description Most jobs that run at once; further ones wait. */
        running?: number;
        /** @description Most seconds that steps compute in a day of UTC. */
        secondsPerDay?: number;
        /** @description Most bytes of all open uploads together. */
        uploadBytes?: number;
        /** @description Most open uploads. */
        uploads?: number;
        /** @description Most jobs that were accepted and do not run. */
        waiting?: number;
      };
      /** @description Most bytes of all open uploads together. */
      uploadBytes?: number;
      /** @description Most open uploads. */
      uploads?: number;
      /** @description Most jobs that were accepted and do not run. */
      waiting?: number;
    };
    QuotaUse: {
      /** @description Most that there may be; absent where there is no quota. */
      limit?: number;
      /**
       * @description Whether all of the project share it, or one submitter has it.
       * @enum {unknown}
       */
      of: 'project' | 'submitter';
      /** @enum {unknown} */
      quota:
        | 'waiting'
        | 'running'
        | 'uploads'
        | 'uploadBytes'
        | 'plans'
        | 'algorithms'
        | 'secondsPerDay'
        | 'storedBytes'
        | 'outputBytes'
        | 'attemptSeconds';
      /** @description How much there is now; absent of what bounds each single job, and of what was not measured yet. */
      used?: number;
    };
    Requirements: {
      engine?: components['schemas']['EngineName'];
      /** @description Free key-value pairs to find jobs by. */
      labels?: {
        [key: string]: string;
      };
      /** @description Memory for one job. */
      memoryBytes?: number;
      /** @description Reconstruction packages beside those of Rondel. */
      packages?: string[];
      /** @description Version of jobs' records that it must know; absent: 1. */
      records?: number;
      /** @description Names of data roots. */
      roots?: string[];
    };
    ResidualPoint: {
      iteration: number;
      /** @description As in `progress`. */
      residual: number;
    };
    Residuals: {
      /** @description By iteration, at most 256 of them; of a job that is split, the foremost block counts. */
      residuals: components['schemas']['ResidualPoint'][];
    };
    ResolvedRemote: {
      dtype: string;
      /** @description Path of the property in the plan. */
      path: string;
      /** @description Value of `_remote`. */
      resolver: string;
      /** @description Of the values as the machine holds them: C order, little-endian. */
      sha256: string;
      shape: number[];
    };
    Result: {
      /** @description Data reference of the array. */
      artifact: string;
      axes: string[];
      /**
       * Format: date-time
       * @description When the array was removed from the store, because of its age or to make room; the record stays.
       */
      collectedAt?: string;
      dtype: string;
      /** @description Time from frame to frame in s; absent where the data do not tell it. */
      frameTime?: number;
      links?: {
        [key: string]: string;
      };
      max: number;
      mean: number;
      /** @description Of the values; this and the next two of magnitudes where they are complex. */
      min: number;
      /** @description Data reference of a PNG of the middle slice. */
      preview?: string;
      /** @description Wall time in the executor: reading, all steps, writing. */
      seconds: number;
      shape: number[];
      spacing: number[];
      /** @description Unit of `spacing` along axes of space; `1` counts elements. Frames and colours are counted. */
      spacingUnit?: string;
      /** @description Unit of the values, such as `1/cm`; absent where they are per pixel or nobody says. */
      valueUnit?: string;
    };
    Resumed: {
      /** @description The attempt that left the checkpoint. */
      attempt: number;
      /** @description Iterations that were not computed again. */
      iteration: number;
      iterations: number;
      /** @description Where that attempt ran. */
      worker: string;
    };
    ResumedStep: {
      /** @description The attempt that left the checkpoint. */
      attempt: number;
      /** @description Iterations that were not computed again. */
      iteration: number;
      iterations: number;
      /** @description Path of the step in the plan. */
      path: string;
      /** @description Where that attempt ran. */
      worker: string;
    };
    /**
     * @description What an identity may do: `reader` sees what its project has, `submitter` adds to it, `operator` also sees to pools, workers and the store, `admin` also gives out tokens and sees every project.
     * @enum {unknown}
     */
    Role: 'reader' | 'submitter' | 'operator' | 'admin';
    SelectionAnswer: {
      /** @description The filter may find more: ask again with this cursor. */
      cursor?: string;
      /** @description Jobs for which it was done. */
      done: number;
      /** @description Jobs for which it was not done; they have not changed. */
      refused: {
        code: components['schemas']['FailureCode'];
        /** @description ULID of a job. */
        id: string;
        reason: string;
      }[];
    };
    Session: {
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
    SessionChange: {
      /** @description Paths of everything that was set, what follows through links included. */
      changed: string[];
      /** Format: date-time */
      expiresAt: string;
      /** @description ULID of a session. */
      id: string;
      version: number;
    };
    SessionPage: {
      /** @description Pass it as `cursor` to get the next page. */
      cursor?: string;
      sessions: components['schemas']['SessionSummary'][];
    };
    SessionProperty: {
      /** @enum {boolean} */
      missing?: true;
      path: string;
      /**
       * @description The value is a `_remote` reference, which only a worker resolves.
       * @enum {boolean}
       */
      remote?: true;
      /** @description The worker that has read what the reference stands for; `value` is that. */
      resolvedBy?: string;
      transform?: components['schemas']['ValueTransform'];
      /** @description As in the tree, `null` for *nothing*, or what the transform makes of it. */
      value?: unknown;
      version: number;
    };
    SessionSummary: {
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
      plan: {
        /** @description The built-in plan that it was when the session began. */
        name?: string;
        /** @description Type of the root. */
        type: string;
      };
      /** @description Number of changes made; also the `ETag`, in quotes. */
      version: number;
    };
    SetProperty: {
      /** @description Plain JSON; `null` is *nothing*, a table with `_type` a node. */
      value: unknown;
    };
    /** @description Jobs in each state. */
    StateCounts: {
      active: number;
      cancelled: number;
      completed: number;
      failed: number;
      queued: number;
      waiting: number;
    };
    StepCache: {
      /** @description What the step has made of nodes in a cache, or found of what earlier jobs have made. */
      held?: components['schemas']['HeldThing'][];
      /** @description Job that had computed the result. */
      job?: string;
      /** @description SHA-256 that names the result in the cache. */
      key?: string;
      /** @description One sentence: where the result came from, or why it was not there. */
      reason: string;
      /** @description What computing took that job, reading included, less what the hit took. */
      secondsSaved?: number;
      /**
       * @description `hit`: the result was there; `stored`: computed and kept; `miss`: computed but not kept; `skipped`: not needed, as a later step was a hit; `off`: the wrapper passes through; `none`: no wrapper stands around the step, only around nodes in it.
       * @enum {unknown}
       */
      state: 'hit' | 'stored' | 'miss' | 'skipped' | 'off' | 'none';
    };
    StepRecord: {
      cache?: components['schemas']['StepCache'];
      /** @description Memory that it was expected to take, its input included; of blocks the largest. */
      estimatedBytes?: number;
      /** @description Path in the plan, e.g. `parameter.pre`. */
      path: string;
      resumed?: components['schemas']['Resumed'];
      /** @description Wall time inside the executor, without queueing. */
      seconds?: number;
      state: components['schemas']['JobState'];
      /** @description The sub-jobs that ran the step, when it was split. */
      subjobs?: components['schemas']['SubjobRecord'][];
      type: string;
      worker?: string;
    };
    StoreCheck: {
      /** @description Files that were read in this part. */
      checked: {
        bytes: number;
        files: number;
      };
      damaged: components['schemas']['Damage'][];
      /** @description `after` of the next part; absent when this was the last. */
      next?: string;
      /** @description Damaged files of shared results, checkpoints and parts of jobs, which cost no more than time. */
      passing: components['schemas']['PassingDamage'][];
    };
    StoreCleaning: {
      /** @description What a cleaning before this one had put into the trash and is deleted now. */
      deleted: {
        bytes: number;
        files: number;
      };
      dryRun: boolean;
      /** @description How long artifacts wait in the trash. Whoever uploads or names one takes it back out. */
      graceSeconds: number;
      /** @description By how much the store still is over its limit, because everything else in it is needed or younger than a day. */
      overBytes: number;
      /** @description Records that went, or would go. */
      records: number;
      results: components['schemas']['FileSum'];
      uploads: components['schemas']['FileSum'];
    };
    /**
     * @description `results` images of jobs; `uploads` all other artifacts; `records` of ended jobs and sweeps; `parts` between the stages of jobs that run; `shared` results that jobs leave for each other; `checkpoints` of jobs that run; `previews` the last pictures of jobs that iterate, which go with the records; `incoming` what is being written; `trash` what will be deleted within the hour unless somebody asks for it.
     * @enum {unknown}
     */
    StoreKind:
      'results' | 'uploads' | 'records' | 'parts' | 'shared' | 'checkpoints' | 'previews' | 'incoming' | 'trash';
    StorePolicy: {
      /** @description Records with provenance, from the end of their job on. */
      keepRecordsSeconds?: number;
      /** @description Images, from the end of their job on. */
      keepResultsSeconds?: number;
      /** @description Uploads, from the last upload, submission, or end of a job that read them on. */
      keepUploadsSeconds?: number;
      /** @description The images and uploads that were used longest ago go while the store has more than this. */
      storeLimitBytes?: number;
    };
    StoreReport: {
      bytes: number;
      kinds: components['schemas']['StoreUsage'][];
      /** Format: date-time */
      measuredAt: string;
      policy: components['schemas']['StorePolicy'];
    };
    StoreUsage: {
      /** @description Bytes that were used last within a day, a week before that, 30 days, and earlier. */
      ages: {
        day: number;
        month: number;
        older: number;
        week: number;
      };
      bytes: number;
      files: number;
      kind: components['schemas']['StoreKind'];
    };
    SubjobRecord: {
      /** @description Attempts started so far. */
      attempts: number;
      cache?: components['schemas']['StepCache'];
      fraction?: number;
      /** @description `<stage>.<block>`, both counted from 0. */
      id: string;
      resumed?: components['schemas']['Resumed'];
      /** @description Wall time of this step in the executor. */
      seconds?: number;
      state: components['schemas']['JobState'];
      worker?: string;
    };
    Submission: {
      /**
       * @description Attempts in all, where work is lost.
       * @default 3
       */
      attempts?: number;
      data: components['schemas']['Data'];
      /** @description What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient. */
      dataNames?: {
        [key: string]: string;
      };
      engine?: components['schemas']['EngineName'];
      /** @description Free key-value pairs to find jobs by. */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description Work in `interactive` starts before that in `normal`, and that before work in `batch`, but for the share that workers leave to lanes behind.
       * @default normal
       * @enum {unknown}
       */
      lane?: 'interactive' | 'normal' | 'batch';
      /** @description A slice or frame of the image, from 0, that will be asked for: if plan and data show that there will be none, the submission is refused. */
      output?: {
        frame?: number;
        slice?: number;
      };
      /** @description A bare name is set on every node that has it; a dotted path sets one property. */
      parameters?: {
        [key: string]: unknown;
      };
      plan: components['schemas']['PlanSource'];
      /** @description Name of a pool of workers. */
      pool?: string;
      /**
       * @description Within the lane, lower runs earlier: half the number gets twice the turns.
       * @default 100
       */
      priority?: number;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      /** @description Split the steps that allow it into blocks along an axis, `slice` or `frame`; `slice:8` makes blocks of 8. If left out, a job is split when one worker has not enough memory, or when a large job meets idle workers. `none` keeps it in one piece. */
      split?: string;
      /** @description The first warning becomes the failure `STRICT_WARNING`, also one that comes with the data or with a shared result. */
      strict?: boolean;
      /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
      submitter?: string;
      /** @description Computing time allowed to one attempt. */
      timeoutSeconds?: number;
      /** @description What people call the job, on one line; never the name of a patient. */
      title?: string;
      /** @description Where work shall run: a pool, the id of a worker, or a label of workers such as `gpu=a100`. */
      worker?: string;
    };
    SweepItem: {
      /** @description What this combination sets: names as in `vary`, in that order. */
      assignments: {
        [key: string]: unknown;
      };
      /**
       * Format: date-time
       * @description When the job was erased. How it ended is no longer known; `state` is `cancelled`.
       */
      erased?: string;
      error?: components['schemas']['Failure'];
      /** @description How much of the job is done; 1 when it has ended. */
      fraction: number;
      index: number;
      /** @description ULID of a job. */
      job: string;
      /** @description `job`, and `result`, `png` and `preview` if there are any. */
      links: {
        [key: string]: string;
      };
      result?: components['schemas']['Result'];
      state: components['schemas']['JobState'];
      /** @description Why the image may not be what its user takes it for. Absent when there is no such doubt. */
      warnings?: components['schemas']['Warning'][];
    };
    SweepPage: {
      /** @description Pass it as `cursor` to get the next page. */
      cursor?: string;
      sweeps: components['schemas']['SweepSummary'][];
    };
    SweepSubmission: {
      /**
       * @description Attempts in all, where work is lost.
       * @default 3
       */
      attempts?: number;
      /**
       * @description `product`: all combinations, the first property changing fastest. `zip`: values side by side, the first ones of all, then the second ones.
       * @default product
       * @enum {unknown}
       */
      combine?: 'product' | 'zip';
      data: components['schemas']['Data'];
      /** @description What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient. */
      dataNames?: {
        [key: string]: string;
      };
      engine?: components['schemas']['EngineName'];
      /** @description Free key-value pairs to find jobs by. */
      labels?: {
        [key: string]: string;
      };
      /**
       * @description As in a submission.
       * @default batch
       * @enum {unknown}
       */
      lane?: 'interactive' | 'normal' | 'batch';
      /** @description A slice or frame of the image, from 0, that will be asked for: if plan and data show that there will be none, the submission is refused. */
      output?: {
        frame?: number;
        slice?: number;
      };
      /** @description A bare name is set on every node that has it; a dotted path sets one property. */
      parameters?: {
        [key: string]: unknown;
      };
      plan: components['schemas']['PlanSource'];
      /** @description Name of a pool of workers. */
      pool?: string;
      /**
       * @description Within the lane, lower runs earlier: half the number gets twice the turns.
       * @default 100
       */
      priority?: number;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      /** @description Split the steps that allow it into blocks along an axis, `slice` or `frame`; `slice:8` makes blocks of 8. If left out, a job is split when one worker has not enough memory, or when a large job meets idle workers. `none` keeps it in one piece. */
      split?: string;
      /** @description The first warning becomes the failure `STRICT_WARNING`, also one that comes with the data or with a shared result. */
      strict?: boolean;
      /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
      submitter?: string;
      /** @description Computing time allowed to one attempt. */
      timeoutSeconds?: number;
      /** @description What people call the job, on one line; never the name of a patient. */
      title?: string;
      vary: components['schemas']['VaryProperty'][];
      /** @description Where work shall run: a pool, the id of a worker, or a label of workers such as `gpu=a100`. */
      worker?: string;
    };
    SweepSummary: {
      /**
       * @description `product`: all combinations, the first property changing fastest. `zip`: values side by side, the first ones of all, then the second ones.
       * @enum {unknown}
       */
      combine: 'product' | 'zip';
      /** Format: date-time */
      createdAt: string;
      data: components['schemas']['Data'];
      /** @description What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient. */
      dataNames?: {
        [key: string]: string;
      };
      /** @description Jobs that have ended, whichever way. */
      ended: number;
      /** @description Jobs that were erased, which `states` does not count. */
      erased: number;
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
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project?: string;
      states: components['schemas']['StateCounts'];
      /** @description As in a job. */
      title?: string;
      /** @description Number of combinations. */
      total: number;
      vary: components['schemas']['VaryProperty'][];
      /** @description Jobs that carry warnings. */
      warned: number;
    };
    Taken: {
      error?: components['schemas']['Failure'];
      /** @description ULID of a job. */
      job: string;
      result?: components['schemas']['Result'];
      /** @description Place of the input in the order, counted from 1. */
      ticket: number;
      /** @description Why the image may not be what its user takes it for. Absent when there is no such doubt. */
      warnings?: components['schemas']['Warning'][];
    };
    Ticket: {
      /** @description ULID of a job. */
      job: string;
      /** @description Place of the input in the order, counted from 1. */
      ticket: number;
    };
    TokenRecord: {
      /** Format: date-time */
      createdAt: string;
      /** @description Name of who has made it. */
      createdBy?: string;
      /** Format: date-time */
      expiresAt?: string;
      /** @description ULID of a token. */
      id: string;
      /**
       * Format: date-time
       * @description To the minute.
       */
      lastUsedAt?: string;
      /** @description What people call it, and the submitter of what is submitted with it. */
      name: string;
      /** @description A project: what it has is seen by its members alone. `default` unless given. */
      project: string;
      role: components['schemas']['Role'];
    };
    /**
     * @description Answer with this instead of the value: items of a list, extents of nested lists, SHA-256 of the exact text.
     * @enum {unknown}
     */
    ValueTransform: 'length' | 'shape' | 'hash';
    VaryProperty: {
      /** @description A path into the plan, or a bare name, which is set on every node that has it. */
      path: string;
      /** @description Plain JSON, as in parameters. */
      values: unknown[];
    };
    Warning: {
      code: components['schemas']['WarningCode'];
      /** @description Names the thing, what was done about it and what to do next. */
      message: string;
      /** @description Path of the property in the plan that would settle it. */
      path?: string;
      /** @description Path of the step that saw it; absent when reading the data did. */
      step?: string;
    };
    /**
     * @description `ANGLES_INCOMPLETE`: The projections do not cover half a turn. `ANGLES_REPLACED`: The angles of the data were not used. `ANGLES_SUSPECT`: The angles may not be those of the scan. `AXES_ASSUMED`: The axes of the data were assumed. `AXES_REPLACED`: The axes that the reference names were not used. `AXIS_UNCERTAIN`: The rotation axis may be elsewhere. `BACKGROUND_KEPT`: Background frames were not subtracted. `DARK_MISSING`: No dark fields were subtracted. `DETECTOR_REPAIRED`: Detector bins were filled from their neighbours. `DETECTOR_SATURATED`: Counts are at the limit of the detector. `EQUATIONS_FEW`: There are few equations for the image. `FIELDS_DISAGREE`: Dark or white fields are not alike. `FRAMES_FEW`: There are fewer frames than were to be averaged. `FRAMES_MISSING`: Images of the scan are missing. `GEOMETRY_SUSPECT`: The geometry may not be that of the scan. `HARDENING_SUSPECT`: The correction of beam hardening may not be that of the beam. `IMAGE_EMPTY`: The image is nearly zero, but the data are not. `MOTION_UNCERTAIN`: What was averaged may not be the same state of a motion. `OUTLIERS_OVERCORRECTED`: The replacement of outliers has changed more than outliers. `OUTLIERS_PRESENT`: Values stand out from all around them. `PART_NARROW`: The part of the scan that was taken lacks what its image needs. `PATCHES_INCOMPLETE`: Parts of the image were not measured. `PRECISION_REDUCED`: The image was computed less exactly than asked for. `PROJECTIONS_REPEATED`: Projections are copies of others. `PROJECTIONS_TRUNCATED`: The object is wider than the detector. `PROPERTY_IGNORED`: The plan has a property that nothing knows. `QUANTITY_ASSUMED`: What the values of the data stand for was assumed. `REGULARIZATION_MISSING`: Nothing keeps the image from following the noise. `RINGS_OVERCORRECTED`: Ring suppression has changed more than rings. `SYSTEM_MATRIX_SUSPECT`: The system matrix may not belong to the measurement. `TRANSMISSION_CLIPPED`: Values of the data were not physical and were clipped. `UNITS_ASSUMED`: A unit was assumed. `VALUES_CLIPPED`: The solver took negative values as 0. `VERSION_LATER`: The job was made by a later version of Rondel. `WHITE_SUSPECT`: The white fields may not belong to the projections.
     * @enum {unknown}
     */
    WarningCode:
      | 'ANGLES_INCOMPLETE'
      | 'ANGLES_REPLACED'
      | 'ANGLES_SUSPECT'
      | 'AXES_ASSUMED'
      | 'AXES_REPLACED'
      | 'AXIS_UNCERTAIN'
      | 'BACKGROUND_KEPT'
      | 'DARK_MISSING'
      | 'DETECTOR_REPAIRED'
      | 'DETECTOR_SATURATED'
      | 'EQUATIONS_FEW'
      | 'FIELDS_DISAGREE'
      | 'FRAMES_FEW'
      | 'FRAMES_MISSING'
      | 'GEOMETRY_SUSPECT'
      | 'HARDENING_SUSPECT'
      | 'IMAGE_EMPTY'
      | 'MOTION_UNCERTAIN'
      | 'OUTLIERS_OVERCORRECTED'
      | 'OUTLIERS_PRESENT'
      | 'PART_NARROW'
      | 'PATCHES_INCOMPLETE'
      | 'PRECISION_REDUCED'
      | 'PROJECTIONS_REPEATED'
      | 'PROJECTIONS_TRUNCATED'
      | 'PROPERTY_IGNORED'
      | 'QUANTITY_ASSUMED'
      | 'REGULARIZATION_MISSING'
      | 'RINGS_OVERCORRECTED'
      | 'SYSTEM_MATRIX_SUSPECT'
      | 'TRANSMISSION_CLIPPED'
      | 'UNITS_ASSUMED'
      | 'VALUES_CLIPPED'
      | 'VERSION_LATER'
      | 'WHITE_SUSPECT';
    Worker: {
      /** @description It takes nothing for a while, because job after job failed on it. */
      aside?: {
        reason: string;
        /** Format: date-time */
        until: string;
      };
      /** @description Commit that it was built from; `unknown` where nothing tells it. */
      commit?: string;
      /** @description Jobs it runs at once. */
      concurrency: number;
      /** @description What the engine computes on, as the driver names it. */
      device: string;
      engine: components['schemas']['EngineName'];
      /** @description Of this many jobs or blocks, one is of a lane behind, or of what others would always go before; absent: none. */
      giveWayEvery?: number;
      /** Format: date-time */
      heartbeatAt: string;
      host: string;
      id: string;
      /** @description Free key-value pairs to find jobs by. */
      labels: {
        [key: string]: string;
      };
      /** @description Memory of the device, or the part of it that jobs may take. */
      memoryBytes: number;
      packages: {
        [key: string]: string;
      };
      pid: number;
      pools: string[];
      /** @description The latest version of jobs' records that it knows; absent: 1. */
      records?: number;
      /** @description Names of the data roots it can read. */
      roots: string[];
      /** @description Jobs it runs now, as far as they may be seen. */
      running: string[];
      /** @description How many jobs of other projects it runs now; absent: none. */
      runningElsewhere?: number;
      /** Format: date-time */
      startedAt: string;
      /** @enum {unknown} */
      state: 'starting' | 'running' | 'draining' | 'lost';
      /** @description Identity of its artifact store. */
      store?: string;
      /** @description Threads that each job computes with. */
      threads: number;
      /** @description Version of Rondel that it runs. */
      version?: string;
    };
    WorkerNeeds: {
      /** @description Jobs that one worker runs at the same time. */
      concurrency: number;
      device: string;
      engine: components['schemas']['EngineName'];
      /** @description Memory of the device. */
      memoryBytes: number;
    };
  };
  responses: {
    /** @description A problem document. `code` is stable; 429, of a quota that is used up, and 503 come with `Retry-After`. An answer to HEAD has the status alone. */
    Problem: {
      headers: {
        /** @description Seconds, with status 429 and 503. */
        'Retry-After'?: number;
        [name: string]: unknown;
      };
      content: {
        'application/problem+json': components['schemas']['ProblemDocument'];
      };
    };
  };
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getHealthz: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            commit: string;
            /** @enum {string} */
            status: 'ok';
            version: string;
          };
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/plain': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getReadyz: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
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
  listAlgorithms: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            algorithms: components['schemas']['Algorithm'][];
          };
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createAlgorithm: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key and body of the same submitter give the same algorithm for a day, with `Idempotent-Replayed: true`; with another body the answer is 422. */
        'idempotency-key'?: string;
        /** @description The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another. */
        'rondel-submitter'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AlgorithmSubmission'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Algorithm'];
        };
      };
    };
  };
  getAlgorithm: {
    parameters: {
      query?: {
        /** @description `answer`: something can be taken, or nothing ever will. `built`: it was built, or has failed. */
        until?: 'answer' | 'built';
        /** @description Holds the answer until what `until` says has happened, or it is closed, or these seconds are over. */
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Algorithm'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deleteAlgorithm: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Algorithm'];
        };
      };
    };
  };
  lockAlgorithm: {
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
        'application/json': components['schemas']['LeaseRequest'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Lease'];
        };
      };
    };
  };
  deleteAlgorithmLock: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getAlgorithmPlan: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description ULID of a warm algorithm. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AlgorithmPlan'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  putAlgorithm: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key and body of the same submitter give the same answer for a day, with `Idempotent-Replayed: true`; with another body the answer is 422. */
        'idempotency-key'?: string;
        /** @description Token of the lock, while one is held. */
        'rondel-lock'?: string;
        /** @description The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another. */
        'rondel-submitter'?: string;
      };
      path: {
        /** @description ULID of a warm algorithm. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AlgorithmInput'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Ticket'];
        };
      };
    };
  };
  reconstructAlgorithm: {
    parameters: {
      query?: {
        /** @description Holds the answer until this input has ended, or these seconds are over. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body of the same submitter give the same answer for a day, with `Idempotent-Replayed: true`; with another body the answer is 422. */
        'idempotency-key'?: string;
        /** @description Token of the lock, while one is held. */
        'rondel-lock'?: string;
        /** @description The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another. */
        'rondel-submitter'?: string;
      };
      path: {
        /** @description ULID of a warm algorithm. */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AlgorithmInput'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Taken'];
        };
      };
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Ticket'];
        };
      };
    };
  };
  takeAlgorithm: {
    parameters: {
      query?: {
        /** @description Holds the answer until the oldest input has ended, or these seconds are over. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body of the same submitter give the same answer for a day, with `Idempotent-Replayed: true`; with another body the answer is 422. */
        'idempotency-key'?: string;
        /** @description Token of the lock, while one is held. */
        'rondel-lock'?: string;
        /** @description The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another. */
        'rondel-submitter'?: string;
      };
      path: {
        /** @description ULID of a warm algorithm. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Taken'];
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
  getCatalog: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Catalog'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  putData: {
    parameters: {
      query?: never;
      header?: {
        /** @description Hash the bytes must have. */
        'rondel-sha256'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/octet-stream': string;
      };
    };
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
    };
  };
  getData: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description As asked for. */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/octet-stream': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getDataInfo: {
    parameters: {
      query?: {
        /** @description One dataset of an HDF5 file, as behind `#` of a data reference. */
        dataset?: string;
      };
      header?: never;
      path: {
        sha256: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DataInfo'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getDataPicture: {
    parameters: {
      query?: {
        /** @description One dataset of an HDF5 file, as behind `#` of a data reference. */
        dataset?: string;
      };
      header?: never;
      path: {
        sha256: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'image/png': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getRootDataInfo: {
    parameters: {
      query: {
        /** @description As the data of a job: `root://NAME/path`. */
        reference: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['DataInfo'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getRootDataPicture: {
    parameters: {
      query: {
        /** @description As the data of a job: `root://NAME/path`. */
        reference: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'image/png': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getIdentity: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Identity'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listJobs: {
    parameters: {
      query?: {
        /** @description ULID of a job. */
        cursor?: string;
        /** @description `key` or `key=value` */
        label?: string;
        limit?: number;
        /** @description Name of a pool of workers. */
        pool?: string;
        /** @description Of this project; of all that may be seen unless given. */
        project?: string;
        /** @description Words, each of which is in the title, the name of the plan, what was set or the submitter, or which the id begins with; upper and lower case are the same. */
        q?: string;
        /** @description Those that run this completed job again. */
        rerunOf?: string;
        /** @description In one of these states. */
        state?: components['schemas']['JobState'][];
        /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
        submitter?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobPage'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createJob: {
    parameters: {
      query?: {
        /** @description Holds the answer until the job has ended or these seconds are over. */
        wait?: number;
      };
      header?: {
        /** @description The same key and body of the same submitter give the same job for a day, with `Idempotent-Replayed: true`; with another body the answer is 422. */
        'idempotency-key'?: string;
        /** @description The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another. */
        'rondel-submitter'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['Submission'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
    };
  };
  getJob: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deleteJob: {
    parameters: {
      query?: {
        erase?: boolean;
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Erasure'];
        };
      };
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
    };
  };
  getJobErasure: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErasureOutlook'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getJobEvents: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getJobPlan: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobPlan'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getJobPreview: {
    parameters: {
      query?: {
        /** @description Of the last preview (`preview.sha256` of the job): that one also when the job has completed. Any other is for caches only. */
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'image/png': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getJobProvenance: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Provenance'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getJobResiduals: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Residuals'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getJobResult: {
    parameters: {
      query?: {
        /** @description For png; 16 unless given. For tif: grey levels of so many bits, on one scale for all slices and frames, in place of the values. dcm has 16. */
        bits?: number;
        /** @description For png of an image with several; the first one unless given. */
        colour?: number;
        format?: 'npy' | 'h5' | 'nii.gz' | 'tif' | 'dcm' | 'png';
        /** @description For png; the first one unless given. */
        frame?: number;
        /** @description Of a complex image: one real number for each complex one, `phase` in radians. Refused for a real image. */
        part?: 'magnitude' | 'phase' | 'real' | 'imaginary';
        /** @description For png with `window`: in 8 bit, made smaller until neither side is longer. */
        side?: number;
        /** @description For png; the middle one unless given. */
        slice?: number;
        /** @description For png: values shown black and white, `lo,hi`. For tif and dcm: values of the first and the last grey level; those of the whole image unless given. */
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/dicom': string;
          'application/gzip': string;
          'application/vnd.hdfgroup.hdf5': string;
          'application/x-npy': string;
          'image/png': string;
          'image/tiff': string;
        };
      };
      /** @description As asked for. */
      206: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/dicom': string;
          'application/gzip': string;
          'application/vnd.hdfgroup.hdf5': string;
          'application/x-npy': string;
          'image/png': string;
          'image/tiff': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  retryJob: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
    };
  };
  deleteJobSubjob: {
    parameters: {
      query?: {
        /** @description Starts this sub-job once more, in a fresh process, without using up an attempt. */
        again?: boolean;
      };
      header?: never;
      path: {
        /** @description ULID of a job. */
        id: string;
        /** @description `<stage>.<block>`, as in `steps[].subjobs[].id`. */
        subjob: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Job'];
        };
      };
    };
  };
  getJobSubmission: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Submission'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  cancelJobs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description Jobs by id, or by the filters of a list. */
    requestBody: {
      content: {
        'application/json': components['schemas']['JobSelection'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SelectionAnswer'];
        };
      };
    };
  };
  countJobs: {
    parameters: {
      query?: {
        /** @description `key` or `key=value` */
        label?: string;
        /** @description Name of a pool of workers. */
        pool?: string;
        /** @description Of this project; of all that may be seen unless given. */
        project?: string;
        /** @description Words, each of which is in the title, the name of the plan, what was set or the submitter, or which the id begins with; upper and lower case are the same. */
        q?: string;
        /** @description Those that run this completed job again. */
        rerunOf?: string;
        /** @description In one of these states. */
        state?: components['schemas']['JobState'][];
        /** @description Whose work it is, such as the name of an account: submitters with work waiting in a lane take turns. The client's address unless given. Never anything about a patient. */
        submitter?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['JobCounts'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  eraseJobs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description Jobs by id, or by the filters of a list. */
    requestBody: {
      content: {
        'application/json': components['schemas']['JobSelection'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ErasedSelection'];
        };
      };
    };
  };
  retryJobs: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** @description Jobs by id, or by the filters of a list. */
    requestBody: {
      content: {
        'application/json': components['schemas']['JobSelection'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SelectionAnswer'];
        };
      };
    };
  };
  getLogin: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LoginState'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createLogin: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['LoginRequest'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Login'];
        };
      };
    };
  };
  deleteLogin: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LoggedOut'];
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
  linkLogin: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['LoginLink'];
        };
      };
    };
  };
  getLoginOidc: {
    parameters: {
      query?: {
        /** @description Page of this server that it comes to at last. `/` unless given. */
        then?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description The browser goes on elsewhere. */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getLoginOidcCallback: {
    parameters: {
      query?: {
        code?: string;
        error?: string;
        error_description?: string;
        iss?: string;
        state?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description The browser goes on elsewhere. */
      302: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listPlans: {
    parameters: {
      query?: {
        /** @description ULID of a session. */
        cursor?: string;
        limit?: number;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionPage'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createPlan: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewSession'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
    };
  };
  getPlan: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deletePlan: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  buildPlan: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Build'];
        };
      };
    };
  };
  deletePlanCache: {
    parameters: {
      query?: {
        /** @description Path into the plan, e.g. `parameter.reco.reg[1].lambda`; wrappers may be left out. */
        path?: string;
      };
      header?: never;
      path: {
        /** @description ULID of a session. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EmptiedResults'];
        };
      };
    };
  };
  clearPlan: {
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
        'application/json': components['schemas']['Clear'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionChange'];
        };
      };
    };
  };
  getPlanEvents: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  forkPlan: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Session'];
        };
      };
    };
  };
  putPlanLink: {
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
        'application/json': components['schemas']['Link'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionChange'];
        };
      };
    };
  };
  deletePlanLink: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionChange'];
        };
      };
    };
  };
  getPlanProperty: {
    parameters: {
      query?: {
        /** @description Answer what a `_remote` value stands for. */
        resolve?: boolean;
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionProperty'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  putPlanProperty: {
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
        'application/json': components['schemas']['SetProperty'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionChange'];
        };
      };
    };
  };
  deletePlanProperty: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionChange'];
        };
      };
    };
  };
  setAllPlan: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SessionChange'];
        };
      };
    };
  };
  getPlanToml: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/toml': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getPlanTree: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
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
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listPools: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            pools: components['schemas']['Pool'][];
          };
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deletePool: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getPoolDemand: {
    parameters: {
      query?: {
        /** @description Data roots that it would have. */
        dataRoot?: string[];
        /** @description Engine that it would have. */
        engine?: 'tensorflow' | 'webgpu' | 'wasm';
        /** @description Labels that a worker would have that could be started here, such as `gpu=a100`. */
        label?: string[];
        /** @description Packages beside those of Rondel that it would have. */
        package?: string[];
      };
      header?: never;
      path: {
        /** @description Name of a pool of workers. */
        pool: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Demand'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  pausePool: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Demand'];
        };
      };
    };
  };
  resumePool: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Demand'];
        };
      };
    };
  };
  getQuota: {
    parameters: {
      query?: {
        /** @description That for which is asked unless given: another of one’s own, and any for an admin. */
        project?: string;
        /** @description Whoever has logged in unless given. */
        submitter?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['QuotaReport'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getProjectQuotas: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A project: what it has is seen by its members alone. `default` unless given. */
        project: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProjectQuotas'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  putProjectQuotas: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A project: what it has is seen by its members alone. `default` unless given. */
        project: string;
      };
      cookie?: never;
    };
    /** @description What a project may have at most. What is left out is that of the whole installation, if it has one. */
    requestBody: {
      content: {
        'application/json': components['schemas']['Quotas'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ProjectQuotas'];
        };
      };
    };
  };
  emptyResults: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['EmptyResults'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['EmptiedResults'];
        };
      };
    };
  };
  getStore: {
    parameters: {
      query?: {
        /** @description Measure now instead of answering the last measurement, at most an hour old. */
        fresh?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StoreReport'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  checkStore: {
    parameters: {
      query?: {
        /** @description `next` of the call before. */
        after?: string;
        /** @description Move damaged artifacts into the trash, so that an upload or a job that runs again stores them anew, and delete damaged files of the other kinds. */
        repair?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StoreCheck'];
        };
      };
    };
  };
  cleanStore: {
    parameters: {
      query?: {
        /** @description Only say what would be removed. */
        dryRun?: boolean;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['StoreCleaning'];
        };
      };
    };
  };
  listSweeps: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SweepPage'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createSweep: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key and body of the same submitter give the same sweep for a day, with `Idempotent-Replayed: true`; with another body the answer is 422. */
        'idempotency-key'?: string;
        /** @description The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another. */
        'rondel-submitter'?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SweepSubmission'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AcceptedSweep'];
        };
      };
    };
  };
  getSweep: {
    parameters: {
      query?: {
        /** @description Combination to begin with. */
        from?: number;
        /** @description false: only the counts. */
        items?: boolean;
        /** @description Combinations; all unless given. */
        limit?: number;
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /**
             * @description `product`: all combinations, the first property changing fastest. `zip`: values side by side, the first ones of all, then the second ones.
             * @enum {unknown}
             */
            combine: 'product' | 'zip';
            /** Format: date-time */
            createdAt: string;
            data: components['schemas']['Data'];
            /** @description What people call the data, e.g. `{"data": "scan.h5"}`: messages of the job say it instead of the reference. Keys are those of `data`, `data` for a single reference. Kept and shown with the job, so it must not name a patient. */
            dataNames?: {
              [key: string]: string;
            };
            /** @description Jobs that have ended, whichever way. */
            ended: number;
            /** @description Jobs that were erased, which `states` does not count. */
            erased: number;
            /** @description ULID of a sweep. */
            id: string;
            items?: components['schemas']['SweepItem'][];
            links: {
              [key: string]: string;
            };
            plan: {
              name?: string;
            };
            /** @description The plan before anything was varied, parameters applied, as TOML. */
            planToml?: string;
            /** @description Name of a pool of workers. */
            pool: string;
            progress: {
              fraction: number;
            };
            /** @description A project: what it has is seen by its members alone. `default` unless given. */
            project?: string;
            states: components['schemas']['StateCounts'];
            /** @description As in a job. */
            title?: string;
            /** @description Number of combinations. */
            total: number;
            vary: components['schemas']['VaryProperty'][];
            /** @description Jobs that carry warnings. */
            warned: number;
          };
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  deleteSweep: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['SweepSummary'];
        };
      };
    };
  };
  getSweepSheetPng: {
    parameters: {
      query?: {
        /** @description The first one unless given. */
        colour?: number;
        /** @description The first one unless given. */
        frame?: number;
        /** @description Combination to begin with. */
        from?: number;
        /** @description What is drawn of complex images; `magnitude` unless given. */
        part?: 'magnitude' | 'phase' | 'real' | 'imaginary';
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description As asked for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'image/png': string;
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listTokens: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            tokens: components['schemas']['TokenRecord'][];
          };
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  createToken: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NewToken'];
      };
    };
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreatedToken'];
        };
      };
    };
  };
  deleteToken: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description ULID of a token. */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TokenRecord'];
        };
      };
    };
  };
  createUpload: {
    parameters: {
      query?: never;
      header: {
        /** @description The submitter unless the body names one; where people log in, they are the submitter, and only operators may name another. */
        'rondel-submitter'?: string;
        /** @description The bytes follow in other requests. */
        'upload-complete': '?0';
        /** @description Bytes in all: what is larger than allowed, or than the space left, is refused at once, and so is an upload of another length when it shall be complete. */
        'upload-length'?: number;
      };
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': {
            /** @description Bytes that have arrived. */
            offset: number;
            upload: string;
          };
        };
      };
    };
  };
  deleteUpload: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of an upload. */
        upload: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  lookUpload: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description Id of an upload. */
        upload: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  patchUpload: {
    parameters: {
      query?: never;
      header: {
        /** @description Hash that the whole must have. */
        'rondel-sha256'?: string;
        /** @description `?1`: no more bytes follow, `?0`: more will. */
        'upload-complete': '?0' | '?1';
        /** @description As it was said when the upload began. */
        'upload-length'?: number;
        /** @description Position of the first byte of the body. */
        'upload-offset': number;
      };
      path: {
        /** @description Id of an upload. */
        upload: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/partial-upload': string;
      };
    };
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listWorkers: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Fleet'];
        };
      };
      /** @description Not changed since the answer whose `ETag` was sent as `If-None-Match`. */
      304: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  drainWorker: {
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
      '4XX': components['responses']['Problem'];
      '5XX': components['responses']['Problem'];
      /** @description Default Response */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Worker'];
        };
      };
    };
  };
}
