import type { Catalog } from '@rondel/contracts';
import { parsePlan, planFromTree } from '@rondel/plan';
import { useQuery } from '@tanstack/preact-query';
import { useMemo } from 'preact/hooks';
import { useIdentity, useMay } from '../access/access-context.js';
import { ErrorText } from '../display/error-text.js';
import { submitAddress, type SubmitRoute } from '../routing/route.js';
import { useServer } from '../server/server-context.js';
import type { SessionPlan } from './content/chosen-plan.js';
import { formOfPlan } from '../fields/plan-fields.js';
import { contentOf, statements } from './content/resubmission.js';
import { SubmitForm, type Before } from './submit-form.js';

/** A form must not change under somebody's hands. */
const once = { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, structuralSharing: false } as const;

/** A new job: data, plan, parameters. */
export function SubmitPage({ begin }: { readonly begin: SubmitRoute }) {
  const { role, project } = useIdentity();
  if (useMay('submitter')) return <Submit begin={begin} />;
  return (
    <>
      <div class="page-head">
        <h1>Submit a job</h1>
      </div>
      <p class="empty">
        You are {role} of project {project}, which sees its jobs and submits none. Whoever runs this server can make you
        a submitter.
      </p>
    </>
  );
}

function Submit({ begin }: { readonly begin: SubmitRoute }) {
  const server = useServer();
  const { plan, data, session, job } = begin;
  const live = useQuery({
    queryKey: ['session', session],
    queryFn: async ({ signal }): Promise<SessionPlan> => {
      const plan = await server.plan({ session: session ?? '' }, { signal });
      return { id: plan.id, node: planFromTree(await plan.tree({ signal })) };
    },
    enabled: session !== undefined,
    ...once,
  });
  const old = useQuery({
    queryKey: ['submission', job],
    queryFn: async ({ signal }) => {
      const id = job ?? '';
      const [submission, { plan: toml }] = await Promise.all([
        server.jobSubmission(id, { signal }),
        server.jobPlan(id, { signal }),
      ]);
      return { id, submission, toml };
    },
    enabled: job !== undefined,
    ...once,
  });
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: ({ signal }) => server.catalog({ signal }) });
  const pools = useQuery({ queryKey: ['pools'], queryFn: ({ signal }) => server.pools({ signal }) });
  const before = useMemo(
    () => catalog.data && old.data && beforeOf(old.data, { catalog: catalog.data, live: session !== undefined }),
    [old.data, catalog.data, session],
  );
  const error = (catalog.data === undefined ? catalog.error : null) ?? live.error ?? old.error;
  const names = pools.data?.map(({ name }) => name) ?? [];
  const isThere = (session === undefined || live.data !== undefined) && (job === undefined || before !== undefined);
  return (
    <>
      <div class="page-head">
        <h1>{job === undefined ? 'Submit a job' : 'Submit a job again'}</h1>
      </div>
      {error !== null && <ErrorText error={error} />}
      {catalog.data !== undefined && isThere && (
        <SubmitForm
          catalog={catalog.data}
          pools={names}
          address={submitAddress(begin)}
          plan={plan}
          data={data}
          session={live.data}
          before={before}
        />
      )}
    </>
  );
}

interface OldSubmission {
  readonly id: string;
  readonly submission: Parameters<typeof contentOf>[0]['submission'];
  readonly toml: string;
}

function beforeOf(
  { id, submission, toml }: OldSubmission,
  { catalog, live }: { readonly catalog: Catalog; readonly live: boolean },
): Before {
  const applied = parsePlan(toml, { format: 'toml' });
  const as = (isLive: boolean) => contentOf({ submission, applied, toml, live: isLive }, catalog);
  const { job } = as(false);
  return { id, content: as(live), said: statements({ job, texts: {} }, formOfPlan(applied, catalog)) };
}
