import { useQuery } from '@tanstack/preact-query';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { SubmitForm } from './submit-form.js';

interface SubmitPageProps {
  /** Name of the plan to begin with. */
  readonly plan: string | undefined;
  /** Data reference to begin with. */
  readonly data: string | undefined;
}

/** A new job: data, plan, parameters. */
export function SubmitPage({ plan, data }: SubmitPageProps) {
  const server = useServer();
  const catalog = useQuery({ queryKey: ['catalog'], queryFn: ({ signal }) => server.catalog({ signal }) });
  const pools = useQuery({ queryKey: ['pools'], queryFn: ({ signal }) => server.pools({ signal }) });
  const names = pools.data?.map(({ name }) => name) ?? [];
  return (
    <>
      <div class="page-head">
        <h1>Submit a job</h1>
      </div>
      {catalog.error !== null && catalog.data === undefined && <ErrorText error={catalog.error} />}
      {catalog.data !== undefined && <SubmitForm catalog={catalog.data} pools={names} plan={plan} data={data} />}
    </>
  );
}
