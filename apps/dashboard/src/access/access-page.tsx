import type { TokenRecord } from '@rondel/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { Age } from '../display/age.js';
import { ConfirmDialog } from '../display/confirm-dialog.js';
import { DataTable, type Column } from '../display/data-table.js';
import { ErrorText } from '../display/error-text.js';
import { useServer } from '../server/server-context.js';
import { isAsked, useIdentity, useMay } from './access-context.js';
import { NewToken, tokensKey } from './new-token.js';

const refreshEveryMs = 5000;

/** Who is let in, for those who say so. */
export function AccessPage() {
  const identity = useIdentity();
  const mayManage = useMay('admin') && isAsked(identity);
  return (
    <>
      <div class="page-head">
        <h1>Access</h1>
      </div>
      {mayManage ? <Tokens /> : <p class="empty">Only admins of a server that wants to know who asks see this page.</p>}
    </>
  );
}

function Tokens() {
  const server = useServer();
  const { data, error } = useQuery({
    queryKey: tokensKey,
    queryFn: ({ signal }) => server.tokens({ signal }),
    refetchInterval: refreshEveryMs,
  });
  return (
    <>
      <NewToken />
      {data === undefined && (error === null ? <p class="empty">Loading ...</p> : <ErrorText error={error} />)}
      {data?.length === 0 && <p class="empty">There are no tokens.</p>}
      {data !== undefined && data.length > 0 && (
        <DataTable label="Tokens" columns={columns} items={data} keyOf={({ id }) => id} />
      )}
    </>
  );
}

const columns: readonly Column<TokenRecord>[] = [
  {
    title: 'Name',
    cell: ({ id, name }) => (
      <>
        <strong>{name}</strong>
        <div class="faint mono">{id}</div>
      </>
    ),
  },
  { title: 'Project', told: true, cell: ({ project }) => project },
  { title: 'Role', told: true, cell: ({ role }) => role },
  {
    title: 'Age',
    kind: 'number',
    told: true,
    cell: ({ createdAt, createdBy }, now) => (
      <>
        <Age since={createdAt} now={now} />
        {createdBy !== undefined && <div class="faint">by {createdBy}</div>}
      </>
    ),
  },
  {
    title: 'Last use',
    kind: 'number',
    told: true,
    cell: ({ lastUsedAt }, now) => (lastUsedAt === undefined ? 'never' : <Age since={lastUsedAt} now={now} />),
  },
  { title: 'Expires', kind: 'number', told: true, cell: ({ expiresAt }, now) => <Expiry at={expiresAt} now={now} /> },
  { title: 'Actions', kind: 'actions', cell: (token) => <Revoke token={token} /> },
];

function Expiry({ at, now }: { readonly at: string | undefined; readonly now: number }) {
  if (at === undefined) return <>never</>;
  const time = <time dateTime={at}>{new Date(at).toLocaleString()}</time>;
  return Date.parse(at) <= now ? <span class="bad-text">expired {time}</span> : time;
}

function Revoke({ token: { id, name, expiresAt } }: { readonly token: TokenRecord }) {
  const server = useServer();
  const queries = useQueryClient();
  const { token: own } = useIdentity();
  const [asking, setAsking] = useState(false);
  const revoke = useMutation({
    mutationFn: () => server.revokeToken(id),
    networkMode: 'always',
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensKey }),
  });
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) return null;
  return (
    <>
      <button
        type="button"
        class="small"
        disabled={revoke.isPending}
        aria-label={`Revoke token ${name}`}
        onClick={() => setAsking(true)}
      >
        Revoke
      </button>
      {asking && (
        <ConfirmDialog
          question={`Revoke token ${name}?`}
          word="Revoke it"
          keep="Keep it"
          onConfirm={() => revoke.mutate()}
          onClose={() => setAsking(false)}
        >
          Within a second it opens nothing any more, and browsers that have logged in with it are logged out. Jobs that
          were submitted with it go on.{id === own && ' You have logged in with it yourself.'}
        </ConfirmDialog>
      )}
      {revoke.isError && <ErrorText error={revoke.error} />}
    </>
  );
}
