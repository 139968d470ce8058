import type { Health } from '@rondel/client';
import { useQuery, useQueryClient } from '@tanstack/preact-query';
import { useEffect, useRef } from 'preact/hooks';
import { useKept } from '../display/use-kept.js';
import { useServer } from './server-context.js';

const askEveryMs = 2000;

export type Connection = 'connecting' | 'live' | 'not ready' | 'lost';

export interface ConnectionFacts {
  readonly connection: Connection;
  /** What does not work, as the server says it. */
  readonly detail: string;
  /** That Redis has lost what it held, as the server says it, for a day. */
  readonly loss?: string | undefined;
}

/** Asks the server whether it is there. When it is back after an absence, everything on the page is asked for again. */
export function useConnection(): ConnectionFacts {
  const server = useServer();
  const queries = useQueryClient();
  const { data, isError } = useQuery({
    queryKey: ['health'],
    queryFn: ({ signal }) => server.health({ signal }),
    refetchInterval: askEveryMs,
  });
  const wasLost = useRef(false);
  useEffect(() => {
    if (wasLost.current && !isError) void queries.invalidateQueries();
    wasLost.current = isError;
  }, [isError, queries]);
  if (isError) return { connection: 'lost', detail: '' };
  if (data === undefined) return { connection: 'connecting', detail: '' };
  const loss = detailOf(data.checks.data);
  return data.status === 'ready'
    ? { connection: 'live', detail: '', loss }
    : { connection: 'not ready', detail: failed(data), loss };
}

function failed({ checks }: Health): string {
  return Object.entries(checks)
    .filter(([, check]) => !(typeof check === 'object' && check !== null && 'ok' in check && check.ok === true))
    .map(([name]) => name)
    .join(', ');
}

function detailOf(check: Health['checks'][string] | undefined): string | undefined {
  if (typeof check !== 'object' || check === null || !('detail' in check)) return undefined;
  return typeof check.detail === 'string' ? check.detail : undefined;
}

/** Says that what the page shows may be old, and that jobs are gone. */
export function ConnectionNotice({ loss, ...facts }: ConnectionFacts) {
  return (
    <>
      <StateNotice {...facts} />
      {loss !== undefined && <LossNotice loss={loss} />}
    </>
  );
}

/** Until somebody at this browser has read it. */
function LossNotice({ loss }: { readonly loss: string }) {
  const [read, keepRead] = useKept('loss-read');
  if (read === loss) return null;
  return (
    <div class="notice notice-bad loss" role="alert">
      <p>
        {loss} Paused pools, live plans and warm algorithms are gone, too. Find out who emptied Redis or restarted it,
        and give it an append-only file (<code>appendonly yes</code>), before you submit again.
      </p>
      <button type="button" class="small" onClick={() => keepRead(loss)}>
        I have read it
      </button>
    </div>
  );
}

function StateNotice({ connection, detail }: ConnectionFacts) {
  if (connection === 'lost') {
    return (
      <div class="notice notice-bad" role="alert">
        The API does not answer. What you see is the last known state; the page keeps trying to reconnect.
      </div>
    );
  }
  if (connection === 'not ready') {
    return (
      <div class="notice notice-warn" role="alert">
        The API answers, but cannot take jobs now: {detail} is not available.
      </div>
    );
  }
  return null;
}
